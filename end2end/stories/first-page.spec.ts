import { expect, test } from '@playwright/test';
import { openInvitation } from '../ground.mjs';

test('the link of an invitation leads to a page in its own dress', async ({ page, baseURL, javaScriptEnabled }) => {
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('requestfailed', (request) => problems.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('response', (answer) => answer.status() >= 400 && problems.push(`${answer.url()}: ${answer.status()}`));
  if (javaScriptEnabled !== false) {
    await page.addInitScript(() =>
      addEventListener('TrunkApplicationStarted', () => Object.assign(window, { started: true })),
    );
  }

  await page.goto(await openInvitation(baseURL ?? ''));

  await expect(page.getByRole('button', { name: 'Fortsätt', exact: true })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'sv');
  const sheets = await page.locator('link[rel=stylesheet]').count();
  expect(sheets).toBeGreaterThan(0);
  if (javaScriptEnabled !== false) await page.waitForFunction(() => 'started' in window);
  expect(problems).toEqual([]);
});
