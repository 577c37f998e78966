// Tries how scripts/setup comes by Trunk and wasm-bindgen: from a release on a local server, or compiled. The
// releases are scripts that say their version, and `cargo` is a script that writes down what it was asked for.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const setup = readFileSync(join(root, 'scripts/setup'), 'utf8');
const trunk = setup.match(/^trunk_version=(.+)$/m)[1];
const bindgen = readFileSync(join(root, 'Cargo.lock'), 'utf8').match(/name = "wasm-bindgen"\nversion = "(.+)"/)[1];
const machine = { x64: 'x86_64', arm64: 'aarch64' }[arch()];
const path = `trunk-rs/trunk/releases/download/v${trunk}/trunk-${machine}-unknown-linux-musl.tar.gz`;
const run = promisify(execFile);

/** Returns a program that says this version. */
const program = (name, version) => `#!/bin/sh\necho "${name} ${version}"\n`;

/** Returns an archive with a program in it. */
function archive(folder, name, content) {
  const file = join(folder, name);
  writeFileSync(file, content);
  chmodSync(file, 0o755);
  execFileSync('tar', ['-czf', `${file}.tar.gz`, '-C', folder, name]);
  return readFileSync(`${file}.tar.gz`);
}

/** Runs a set-up of the tools against a server that answers like this. `known` is the archive of the list. */
async function installed({ answer, known, again = false, reachable = true }) {
  const folder = mkdtempSync(join(tmpdir(), 'anslut-setup-'));
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response, folder);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  if (!reachable) server.close();
  try {
    const [tools, stubs] = ['tools', 'stubs'].map((name) => join(folder, name));
    mkdirSync(stubs);
    const compiled = join(folder, 'compiled');
    // cargo install CRATE --version VERSION --root ROOT …
    writeFileSync(
      join(stubs, 'cargo'),
      `#!/bin/sh
echo "$2 $4" >>'${compiled}'
name=\${2%-cli}
mkdir -p "$6/bin"
printf '#!/bin/sh\\necho "%s %s"\\n' "$name" "$4" >"$6/bin/$name"
chmod +x "$6/bin/$name"
`,
    );
    chmodSync(join(stubs, 'cargo'), 0o755);
    const sum = createHash('sha256').update(known(folder)).digest('hex');
    const sums = join(folder, 'sums');
    writeFileSync(sums, `${sum}  ${path}\n`);
    const env = {
      ...process.env,
      PATH: `${stubs}:${process.env.PATH}`,
      ANSLUT_TOOLS: tools,
      ANSLUT_RELEASES: origin,
      ANSLUT_RELEASE_SUMS: sums,
      no_proxy: '127.0.0.1',
    };
    const call = () => run(join(root, 'scripts/setup'), ['tools'], { env });
    const said = [(await call()).stdout];
    if (again) said.push((await call()).stdout);
    const { stdout: version } = await run(join(tools, 'bin/trunk'), ['--version']);
    assert.equal(version.trim(), `trunk ${trunk}`);
    const log = readFileSync(join(tools, 'setup.log'), 'utf8');
    const built = existsSync(compiled) ? readFileSync(compiled, 'utf8').trim().split('\n') : [];
    return { said, asked, built, log };
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const good = (folder) => archive(folder, 'trunk', program('trunk', trunk));
/** The same release with a line more, which would run as well. */
const changed = (folder) => archive(folder, 'trunk', `${program('trunk', trunk)}# more\n`);
const serves = (content) => (_, response, folder) => response.end(content(folder));
const both = [`trunk ${trunk}`, `wasm-bindgen-cli ${bindgen}`];

test('a release with the known checksum is installed, and a second run does nothing', async () => {
  let bytes;
  const known = (folder) => (bytes = good(folder));
  const answer = (_, response) => response.end(bytes);
  const { said, asked, built } = await installed({ answer, known, again: true });
  assert.match(said[0], /^setup: trunk .+ from its release, /);
  assert.equal(said[1], '');
  assert.deepEqual(asked, [`HEAD /${path}`, `GET /${path}`]);
  assert.deepEqual(built, [both[1]], 'no checksum is known for the other');
});

for (const [what, answer, reason] of [
  ['another checksum', serves(changed), /another checksum/],
  ['no such file', (_, response) => response.writeHead(404).end(), /no answer/],
  ['no answer', () => {}, /within three seconds/],
  [
    'an early end',
    (request, response) => {
      if (request.method === 'HEAD') return response.end();
      response.writeHead(200, { 'content-length': 1000 });
      response.write('x', () => response.destroy());
    },
    /ended early/,
  ],
]) {
  test(`a release with ${what} is compiled instead`, { timeout: 20_000 }, async () => {
    const { built, log, said } = await installed({ answer, known: good });
    assert.deepEqual(built, both);
    assert.match(log, reason);
    assert.match(said[0], /^setup: trunk .+ \(some minutes\)$/m);
  });
}

test('a release that the machine does not reach is compiled instead', async () => {
  const { built } = await installed({ answer: () => {}, known: good, reachable: false });
  assert.deepEqual(built, both);
});

for (const [what, content] of [
  ['another version', (folder) => archive(folder, 'trunk', program('trunk', '0.0.1'))],
  ['another program', (folder) => archive(folder, 'other', program('trunk', trunk))],
  ['no archive', () => Buffer.from('anything')],
]) {
  test(`a release that holds ${what} is compiled instead`, async () => {
    let bytes;
    const known = (folder) => (bytes = content(folder));
    const { built } = await installed({ answer: (_, response) => response.end(bytes), known });
    assert.deepEqual(built, both);
  });
}

test('the list names releases by checksum and path', () => {
  const list = readFileSync(join(root, 'scripts/releases.sha256'), 'utf8').trim().split('\n');
  for (const line of list) {
    assert.match(line, /^[0-9a-f]{64} {2}[\w-]+\/[\w-]+\/releases\/download\/v?[\d.]+\/[\w.-]+\.tar\.gz$/);
  }
});
