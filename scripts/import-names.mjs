// Makes bundles smaller: in each name of an import that wasm-bindgen has made, a hash of 16 digits keeps the names of
// different crates apart. It does not compress. A running number of as many digits does the same, and does.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const hashed = /__wbg_\w*?_[0-9a-f]{16}(?![0-9a-f])/g;
const digest = (content) => createHash('sha384').update(content, 'latin1').digest('base64');

for (const folder of process.argv.slice(2)) {
  const numbers = new Map();
  const renamed = new Map();
  const rename = (name) => {
    if (!renamed.has(name)) {
      const plain = name.slice(0, -16);
      const number = numbers.get(plain) ?? 0;
      numbers.set(plain, number + 1);
      renamed.set(name, plain + String(number).padStart(16, '0'));
    }
    return renamed.get(name);
  };
  const page = join(folder, 'index.html');
  let html = readFileSync(page, 'utf8');
  for (const name of readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name))) {
    const file = join(folder, name);
    // One byte a character: also WebAssembly, in which a name of another length would need other numbers.
    const before = readFileSync(file, 'latin1');
    const after = before.replace(hashed, rename);
    writeFileSync(file, after, 'latin1');
    html = html.replaceAll(digest(before), digest(after));
  }
  writeFileSync(page, html);
}
