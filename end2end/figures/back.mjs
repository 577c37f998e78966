// Reads what the stories of two servers print, and prints medians with the least and the most.
import { createInterface } from 'node:readline';

const figures = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const found = /back in picture after (\w+): ([\d.]+) s \(goal: (\d+) s\)/.exec(line);
  if (!found) continue;
  const [, signal, took, goal] = found;
  const name = `back in picture after ${signal} of the room's server (goal: ${goal} s)`;
  figures.set(name, [...(figures.get(name) ?? []), Number(took)]);
}
for (const [name, all] of figures) {
  const [first, ...rest] = all.sort((a, b) => a - b);
  const median = all[Math.floor(all.length / 2)];
  console.log(`${name}: ${median.toFixed(1)} s (${first.toFixed(1)} to ${(rest.at(-1) ?? first).toFixed(1)}), ${all.length} times`);
}
if (figures.size === 0) process.exit(1);
