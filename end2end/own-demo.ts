// A demo for one test, with its own settings, codes and limits.
import type { Page } from '@playwright/test';
import { startDemo } from './start-servers.mjs';

/** Starts a demo with these settings for the time of a check. */
export async function withDemo(
  settings: Record<string, string>,
  check: (url: string) => Promise<void>,
) {
  const demo = await startDemo(undefined, settings, 'ignore');
  try {
    await check(demo.url);
  } finally {
    await demo.stop();
  }
}

/** Opens an invitation of the demo by its name on the start page. */
export async function open(page: Page, url: string, name: string) {
  await page.goto(url);
  await page.getByRole('link', { name, exact: true }).click();
}
