// Prints Lighthouse's scores for the first step on a phone, with the project's limits.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium, chromiumArgs, openInvitation, startDemo } from '../end2end/start-servers.mjs';

const limits = { performance: 95, accessibility: 100, 'best-practices': 0 };
const report = 'target/lighthouse.json';
mkdirSync('target', { recursive: true });

const demo = await startDemo();
try {
  // Lighthouse needs a newer Node than the project. Its folder contains one.
  execFileSync(
    'end2end/lighthouse/node_modules/.bin/node',
    [
      'end2end/lighthouse/node_modules/.bin/lighthouse',
      await openInvitation(demo.url),
      '--quiet',
      `--only-categories=${Object.keys(limits).join(',')}`,
      '--output=json',
      `--output-path=${report}`,
      `--chrome-flags=${['--headless=new', ...chromiumArgs].join(' ')}`,
    ],
    { stdio: 'inherit', env: { ...process.env, CHROME_PATH: chromium() } },
  );
} finally {
  await demo.stop();
}

const { categories, audits } = JSON.parse(readFileSync(report, 'utf8'));
let kept = true;
for (const [name, limit] of Object.entries(limits)) {
  const score = Math.round(categories[name].score * 100);
  kept &&= score >= limit;
  console.log(`${name.padEnd(16)}${String(score).padStart(4)}${limit ? `  at least ${limit}` : ''}`);
  for (const { id, weight } of categories[name].auditRefs) {
    const { score: part, title, displayValue } = audits[id];
    if (weight && part !== null && part < 1) console.log(`    ${title} ${displayValue ?? ''}`);
  }
}
process.exit(kept ? 0 : 1);
