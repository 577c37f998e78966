import { expect, test } from '@playwright/test';

test('the gallery lists its screens and shows each by itself, without a server', async ({ page, context }) => {
  await page.goto('/');
  const links = page.locator('[data-screen]');
  await expect(links.first()).toBeVisible();
  const screen = await links.first().getAttribute('data-screen');

  const alone = await context.newPage();
  const problems: string[] = [];
  alone.on('pageerror', (error) => problems.push(String(error)));
  await alone.goto(`/#${screen}/bare/sv/light`);
  await expect(alone.getByRole('heading', { level: 1 })).toBeVisible();
  expect(problems).toEqual([]);
});
