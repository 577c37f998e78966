// Bundles LiveKit's client with the part of ours that speaks to it: one script beside a bundle, with a digest in its name.
// Only pages of rooms at LiveKit load it.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../end2end/', import.meta.url));
const { buildSync } = createRequire(packages)('esbuild');
const { outputFiles } = buildSync({
  entryPoints: [fileURLToPath(new URL('../app/src/conference/browser/livekit.js', import.meta.url))],
  nodePaths: [join(packages, 'node_modules')],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  charset: 'utf8',
  write: false,
});
const script = outputFiles[0].contents;
const digest = createHash('sha256').update(script).digest('hex').slice(0, 16);
for (const folder of process.argv.slice(2)) writeFileSync(join(folder, `livekit-${digest}.js`), script);
