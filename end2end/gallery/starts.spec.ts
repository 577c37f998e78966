import { expect, test } from '@playwright/test';

test('the gallery shows its screens without a server', async ({ page }) => {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto('/');
  await expect(page.getByRole('heading').first()).toBeVisible();
  expect(problems).toEqual([]);
});
