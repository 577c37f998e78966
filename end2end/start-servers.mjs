// Starts what the browser tests, `make size` and `make lighthouse` need: the built service in demo mode with
// a new database, and the gallery's files. For the browser tests the service also has OpenID Connect
// providers.
//
//   node start-servers.mjs demo [port]      node start-servers.mjs stories port provider-port
//   node start-servers.mjs gallery [port]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, extname, join, normalize } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Returns a port that is free at the moment. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Returns the path of the browser: the one that CHROMIUM names, or the first on the path. */
export function chromium() {
  const names = process.env.CHROMIUM
    ? [process.env.CHROMIUM]
    : ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];
  return find('Chromium', names);
}

/** Returns the path of Firefox: Debian's, or the first on the path. */
export function firefox() {
  return find('Firefox', ['firefox-esr', 'firefox']);
}

function find(browser, names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const places = names.flatMap((name) =>
    name.includes('/') ? [name] : folders.map((folder) => join(folder, name)),
  );
  const found = places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error(`no ${browser}: run scripts/setup`);
  return found;
}

/** Quiet, offline, and without the sandbox, which root may not have. */
export const chromiumArgs = [
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** Arguments with which Chromium has a test picture and a test sound, and does not ask. */
export const fakeDevices = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--auto-accept-this-tab-capture',
];

/**
 * Starts `anslut serve --demo` on an empty database. Resolves when it is ready.
 *
 * @param {number} [port]
 * @param {Record<string, string>} [settings] environment variables of its configuration
 * @param {'inherit' | 'ignore'} [log] destination of its log
 * @param {string} [config] further configuration, as TOML
 */
export async function startDemo(port, settings = {}, log = 'inherit', config = '') {
  port ??= await freePort();
  const data = mkdtempSync(join(tmpdir(), 'anslut-'));
  const program = process.env.ANSLUT_PROGRAM ?? join(root, 'target/release/anslut');
  const file = join(data, 'anslut.toml');
  writeFileSync(file, config);
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    ...settings,
    ANSLUT_HTTP__LISTEN: `127.0.0.1:${port}`,
    ANSLUT_DATABASE__URL: `sqlite://${join(data, 'anslut.db')}`,
  };
  let service;
  let exited;
  const launch = async () => {
    service = spawn(program, ['serve', '--demo', '--config', file], {
      cwd: data,
      stdio: ['ignore', log, log],
      env,
    });
    exited = once(service, 'exit').then(([code]) => code);
    const deadline = Date.now() + 20_000;
    while (!(await answers(`${url}/readyz`))) {
      if (service.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the service did not get ready (exit status ${await stop('SIGKILL')})`);
      }
      await wait(50);
    }
  };
  /** Ends the process, which leaves its data. */
  const end = async (signal) => {
    service.kill(signal);
    return exited;
  };
  const stop = async (signal = 'SIGTERM') => {
    const code = await end(signal);
    rmSync(data, { recursive: true, force: true });
    return code;
  };
  await launch();
  return { url, stop, end, launch, ended: exited };
}

/** Starts the demo, and an OpenID Connect provider that it has configured. */
async function startStories(port, providerPort) {
  const { startProvider } = await import('./provider.mjs');
  const provider = await startProvider(providerPort, `http://127.0.0.1:${port}`);
  const demo = await startDemo(port, {}, 'inherit', provider.config);
  const stop = async () => {
    provider.stop();
    return demo.stop();
  };
  return { ...demo, stop };
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Returns the link of a demo invitation that is open now, from its message. */
export async function openInvitation(url) {
  const mails = await (await fetch(`${url}/dev/outbox.json`)).json();
  for (const link of mails.flatMap((mail) => mail.links)) {
    if (!new URL(link).pathname.startsWith('/m/')) continue;
    const page = await fetch(link);
    if (page.ok && (await page.text()).includes('>Fortsätt<')) return link;
  }
  throw new Error('no open invitation among the demo mails');
}

const types = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** Serves the gallery as `trunk serve` does: every address that is no file returns its page. */
export async function startGallery(port = 0) {
  const folder = join(root, 'target/dist/gallery');
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://gallery').pathname));
    let file = join(folder, path);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) file = join(folder, 'index.html');
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [what, ...ports] = process.argv.slice(2);
  const starts = { demo: startDemo, stories: startStories, gallery: startGallery };
  const running = await starts[what](...ports.map(Number));
  console.log(`${what}: ${running.url}`);
  running.ended?.then((code) => process.exit(code ?? 1));
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, async () => {
      await running.stop();
      process.exit(0);
    });
  }
}
