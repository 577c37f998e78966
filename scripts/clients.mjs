// Checks the API's description: a common linter finds nothing in it, and clients of two common generators
// book, change and list meetings of the demo.
//
//   node scripts/clients.mjs
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDemo } from '../end2end/start-servers.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'scripts/clients');
const description = join(root, 'docs/openapi.json');
const node = (name) => join(folder, 'node_modules/.bin', name);
const python = join(process.env.ANSLUT_TOOLS ?? '', 'python/bin');

/** Runs a program. Returns its output, which is also the error's text if it fails. */
function run(what, program, args, more = {}) {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', NO_COLOR: '1', ...more.env };
  const done = spawnSync(program, args, { encoding: 'utf8', ...more, env });
  const said = `${done.stdout ?? ''}${done.stderr ?? ''}`;
  if (done.status === 0) return said;
  throw new Error(`${what}\n${done.error ?? said}`);
}

/** Throws an error if the output matches this pattern. */
function silent(what, said, pattern) {
  if (pattern.test(said)) throw new Error(`${what}\n${said}`);
}

const made = join(folder, 'node_modules/.made');
const room = mkdtempSync(join(tmpdir(), 'anslut-clients-'));
rmSync(made, { recursive: true, force: true });
mkdirSync(made);
writeFileSync(join(made, 'package.json'), '{ "type": "module" }');

// The linter's exit status reports errors only.
const lint = run('the linter finds faults', node('redocly'), ['lint', description], { cwd: folder });
silent('the linter warns', lint, /warning was generated/i);

run('openapi-typescript', node('openapi-typescript'), [description, '--output', join(made, 'api.d.ts')]);
run('the TypeScript client does not compile', node('tsc'), ['--project', folder]);

const config = join(room, 'config.yaml');
writeFileSync(config, 'post_hooks: []\n');
const generated = run('openapi-python-client', join(python, 'openapi-python-client'), [
  ...['generate', '--path', description, '--meta', 'none', '--config', config],
  ...['--output-path', join(room, 'anslut_api'), '--fail-on-warning'],
]);
silent('openapi-python-client leaves something out', generated, /warning|skipping/i);

const demo = await startDemo(undefined, {}, 'ignore');
try {
  const answer = await fetch(`${demo.url}/dev/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'clients' }),
  });
  const { token } = await answer.json();
  run('the TypeScript client', process.execPath, [join(made, 'sender.js'), demo.url, token]);
  const env = { PYTHONPATH: room, PYTHONDONTWRITEBYTECODE: '1' };
  run('the Python client', join(python, 'python'), [join(folder, 'sender.py'), demo.url, token], { env });
} finally {
  await demo.stop();
  rmSync(room, { recursive: true, force: true });
}
console.log('clients: the description is clean; clients made of it book, change and list');
