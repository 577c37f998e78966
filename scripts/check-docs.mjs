// Holds the papers to what they speak of: links and their places, the metrics, the examples of the API guide,
// which are run in order against the demo, and the story of the testers' guide.
//
//   node scripts/check-docs.mjs [links] [metrics] [guide] [story]     all by default
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startDemo } from '../end2end/start-servers.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path) => readFileSync(join(root, path), 'utf8');
const below = (folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name));
const papers = [...readdirSync(root), ...below('docs')].filter((name) => name.endsWith('.md')).sort();
const wrong = [];

/** The paper with the table of metrics. */
const METRICS = 'docs/operations/monitor.md';

// --- Links -------------------------------------------------------------------------------------------

/** The text without code, in which nothing is a link or a heading. */
const prose = (text) => text.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]]/g, ''));

/** The places that can be linked to, as the places that show these papers name them. */
function places(text) {
  const headings = [...prose(text).matchAll(/^#+ +(.*)$/gm)].map(([, heading]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function links() {
  let count = 0;
  for (const paper of papers) {
    for (const [, target] of prose(read(paper)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      count += 1;
      const [path, place] = target.split('#');
      const file = path ? join(dirname(paper), path) : paper;
      if (!existsSync(join(root, file))) wrong.push(`${paper}: there is no ${file}`);
      else if (place !== undefined && !places(read(file)).has(place)) wrong.push(`${paper}: ${file} has no #${place}`);
    }
  }
  return `${count} links lead somewhere`;
}

// --- Metrics -----------------------------------------------------------------------------------------

async function metrics() {
  const section = /^## Metrics$.*?^## /ms.exec(read(METRICS))?.[0] ?? '';
  const told = new Map();
  for (const [, name, labels] of section.matchAll(/^\| `([a-z_]+)` \| (.*?) \|/gm)) told.set(`anslut_${name}`, labels);
  const port = await freePort();
  const demo = await startDemo(undefined, { ANSLUT_METRICS__LISTEN: `127.0.0.1:${port}` }, 'ignore');
  try {
    await fetch(`${demo.url}/m/nothing`);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const endings = { counter: '_total', info: '_info' };
    const real = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => name + (endings[type] ?? ''));
    for (const name of real) if (!told.has(name)) wrong.push(`${METRICS} lacks the metric ${name}`);
    // What has not happened yet need not be there.
    const source = read('server/src/metrics.rs');
    for (const name of told.keys()) {
      const plain = name.replace(/^anslut_/, '').replace(/_(total|info|seconds)$/, '');
      if (!real.includes(name) && !source.includes(`"${plain}"`))
        wrong.push(`${METRICS} has the metric ${name}, which the program lacks`);
    }
    for (const [, name, labels] of text.matchAll(/^(\w+?)(?:_bucket|_sum|_count)?\{(.*)\} /gm)) {
      for (const [, label] of labels.matchAll(/(\w+)="/g))
        if (label !== 'le' && !told.get(name)?.includes(`\`${label}\``))
          wrong.push(`${METRICS} lacks the label ${label} of ${name}`);
    }
    return `${told.size} metrics are in ${METRICS}`;
  } finally {
    await demo.stop();
  }
}

// --- The API guide -----------------------------------------------------------------------------------

/** The examples: what is run, which status the guide says that it is answered, and with what. */
function examples(text) {
  const pattern = /^```sh\n(.*?)^```\n(?:\nAnswer: `(\d{3})`[^\n]*\n(?:\n```json\n(.*?)^```\n)?)?/gms;
  return [...text.matchAll(pattern)].map(([, script, status, answer]) => ({ script, status, answer }));
}

/** The JSON values that stand one after the other in a text. */
function values(text) {
  const found = [];
  let from = 0;
  for (let to = 1; to <= text.length; to += 1) {
    // A value ends where a line does.
    if (to < text.length && text[to - 1] !== '\n') continue;
    const part = text.slice(from, to).trim();
    try {
      if (part) found.push(JSON.parse(part));
      from = to;
    } catch {
      // It goes on.
    }
  }
  const rest = text.slice(from).trim();
  if (rest) throw new Error(`is no JSON: ${rest.slice(0, 200)}`);
  return found;
}

/** Where an answer differs from what the guide shows; null where it doesn't. An … stands for any text, and lists
 * may go on. */
function difference(shown, real, at = '') {
  if (typeof shown === 'string' && shown.includes('…')) return typeof real === 'string' ? null : `${at} is no text`;
  if (at.endsWith('/id') && typeof shown === 'number') return typeof real === 'number' ? null : `${at} is no number`;
  if (shown === null || typeof shown !== 'object')
    return shown === real ? null : `${at} is ${JSON.stringify(real)} and not ${JSON.stringify(shown)}`;
  if (real === null || typeof real !== 'object' || Array.isArray(shown) !== Array.isArray(real))
    return `${at} is of another kind`;
  if (!Array.isArray(shown)) {
    const more = Object.keys(real).find((name) => !(name in shown));
    if (more) return `${at} has ${more} too`;
  }
  for (const [name, value] of Object.entries(shown)) {
    if (!(name in real)) return `${at} has no ${name}`;
    const found = difference(value, real[name], `${at}/${name}`);
    if (found) return found;
  }
  return null;
}

async function guide() {
  const demo = await startDemo(undefined, {}, 'ignore');
  const room = mkdtempSync(join(tmpdir(), 'anslut-guide-'));
  try {
    const all = examples(read('docs/api.md'));
    // One shell for all, which notes the statuses that curl tells.
    const script = [
      'set -uo pipefail',
      `curl() { command curl --silent --show-error --write-out '%{stderr}%{http_code}\\n' "$@" 2>>statuses; }`,
      ...all.map(
        ({ script }, n) =>
          `: >statuses\n{ ${script.replaceAll('http://127.0.0.1:3000', demo.url)}\n} >out-${n} || echo "ended with $?" >>statuses\nmv statuses statuses-${n}`,
      ),
    ];
    writeFileSync(join(room, 'guide.sh'), script.join('\n'));
    const shell = spawn('bash', ['guide.sh'], { cwd: room, stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = await once(shell, 'exit');
    if (code !== 0) wrong.push(`docs/api.md: the shell ended with ${code}`);
    for (const [n, { script, status, answer }] of all.entries()) {
      const out = (name) => {
        const path = join(room, `${name}-${n}`);
        return statSync(path, { throwIfNoEntry: false }) ? readFileSync(path, 'utf8').trim() : '';
      };
      const place = `docs/api.md, example ${n + 1} (${script.trim().split('\n').at(-1)})`;
      if (out('statuses') !== (status ?? '')) wrong.push(`${place}: answered ${out('statuses')} and not ${status}`);
      if (answer === undefined) continue;
      try {
        const [shown, real] = [values(answer), values(out('out'))];
        const found = difference(shown, real) ?? (shown.length === real.length ? null : 'there is more');
        if (found) wrong.push(`${place}: the answer's ${found}`);
      } catch (error) {
        wrong.push(`${place}: ${error.message}`);
      }
    }
    return `${all.length} examples of the API guide run as it says`;
  } finally {
    rmSync(room, { recursive: true, force: true });
    await demo.stop();
  }
}

// --- The testers' guide ------------------------------------------------------------------------------

/** Runs the story on the demo, in a folder beside those of the other stories, whose helpers it imports. */
async function story() {
  const [, text] = /^```ts\n(.*?)^```$/ms.exec(read('docs/testing.md'));
  const end2end = join(root, 'end2end');
  const folder = mkdtempSync(join(end2end, 'from-papers-'));
  const demo = await startDemo(undefined, {}, 'ignore');
  try {
    writeFileSync(join(folder, 'testing.spec.ts'), text);
    const env = { ...process.env, ANSLUT_URL: demo.url, ANSLUT_STORIES: folder };
    const args = ['test', '--project=desktop', '--reporter=line', `--output=${join(folder, 'results')}`];
    const run = spawn('node_modules/.bin/playwright', args, { cwd: end2end, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    run.stdout.on('data', (data) => (told += data));
    const [code] = await once(run, 'close');
    if (code !== 0) wrong.push(`docs/testing.md: the story fails\n${told}`);
    return "the story of the testers' guide holds";
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await demo.stop();
  }
}

// -----------------------------------------------------------------------------------------------------

const checks = { links, metrics, guide, story };
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(checks)) {
  const before = wrong.length;
  const done = await checks[name]();
  if (wrong.length === before) console.log(`docs: ${done}`);
}
for (const line of wrong) console.error(`docs: ${line}`);
process.exit(wrong.length === 0 ? 0 : 1);
