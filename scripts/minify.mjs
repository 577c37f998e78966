// Makes bundles smaller. Trunk can't minify what wasm-bindgen writes, so esbuild does. And in each name of an import that
// wasm-bindgen has made, a hash of 16 digits keeps the names of different crates apart. It does not compress. A running
// number of as many digits does the same, and does.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { transformSync } = createRequire(new URL('../end2end/', import.meta.url))('esbuild');
const shorter = (script) =>
  transformSync(script, { format: 'esm', legalComments: 'none', minify: true, charset: 'utf8' }).code;

const hashed = /__wbg_\w*?_[0-9a-f]{16}(?![0-9a-f])/g;
const digest = (content) => createHash('sha384').update(content, 'latin1').digest('base64');

for (const folder of process.argv.slice(2)) {
  const numbers = new Map();
  const names = new Map();
  const rename = (name) => {
    if (!names.has(name)) {
      const plain = name.slice(0, -16);
      const number = numbers.get(plain) ?? 0;
      numbers.set(plain, number + 1);
      names.set(name, plain + String(number).padStart(16, '0'));
    }
    return names.get(name);
  };
  const page = join(folder, 'index.html');
  let html = readFileSync(page, 'utf8');
  for (const name of readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name))) {
    const file = join(folder, name);
    // One byte a character: also WebAssembly, in which a name of another length would need other numbers.
    const before = readFileSync(file, 'latin1');
    const renamed = before.replace(hashed, rename);
    const after = name.endsWith('.js') ? shorter(renamed) : renamed;
    writeFileSync(file, after, 'latin1');
    html = html.replaceAll(digest(before), digest(after));
  }
  writeFileSync(page, html);
}
