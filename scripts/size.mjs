// Prints the weight of a first visit, with the project's limits.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { openInvitation, startDemo } from '../end2end/start-servers.mjs';

const dist = 'target/dist/product';
const languages = readFileSync(join(dist, 'languages'), 'utf8').trim().split(' ');
const weigh = (language, ending) => {
  const folder = join(dist, language);
  const bytes = (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  const sum = (suffix) => names.reduce((total, name) => total + bytes(name + suffix), 0);
  return { raw: sum(''), gzip: sum('.gz'), brotli: sum('.br') };
};
const add = (a, b) => ({ raw: a.raw + b.raw, gzip: a.gzip + b.gzip, brotli: a.brotli + b.brotli });

const demo = await startDemo();
const page = Buffer.from(await (await fetch(await openInvitation(demo.url))).arrayBuffer());
await demo.stop();

const style = weigh(languages[0], '.css');
const html = { raw: page.length, gzip: gzipSync(page).length, brotli: brotliCompressSync(page).length };

const print = (name, size, limit) => {
  const kB = (value) => (value / 1000).toFixed(1).padStart(8);
  const verdict = limit ? `  limit ${limit} kB: ${size.brotli <= limit * 1000 ? 'kept' : 'EXCEEDED'}` : '';
  console.log(`${name.padEnd(24)}${kB(size.raw)}${kB(size.gzip)}${kB(size.brotli)}${verdict}`);
  return !limit || size.brotli <= limit * 1000;
};

console.log(`${'kB'.padEnd(24)}${'raw'.padStart(8)}${'gzip'.padStart(8)}${'brotli'.padStart(8)}`);
// A visitor downloads one language, and the built-in room's bundle with its page.
let program = true;
for (const language of languages) {
  const script = weigh(language, '.js');
  const wasm = weigh(language, '.wasm');
  print(`JavaScript (${language})`, script);
  print(`WebAssembly (${language})`, wasm);
  program = print(`both (${language})`, add(script, wasm), 120) && program;
  const room = add(weigh(`${language}-room`, '.js'), weigh(`${language}-room`, '.wasm'));
  program = print(`built-in room (${language})`, room, 125) && program;
}
print('CSS', style);
print('HTML of the first step', html);
const view = print('first view (HTML + CSS)', add(html, style), 20);
process.exit(program && view ? 0 : 1);
