// The gallery itself: what designers find things with.
import { expect, type Page, test } from '@playwright/test';

const WRONG = 'Koden stämmer inte.';

const screens = (page: Page) => page.getByRole('navigation', { name: 'Screens' }).locator('a');

/** Chooses a switch by its row and name. */
async function choose(page: Page, row: string, name: string) {
  const link = page.getByRole('group', { name: row }).getByRole('link', { name, exact: true });
  await link.click();
  await expect(link).toHaveAttribute('aria-current', 'true');
}

test('an address names a state and its manner', async ({ page }) => {
  await page.goto('/#code-wrong');
  await expect(page.frameLocator('iframe').getByText(WRONG)).toBeVisible();
  await expect(screens(page).and(page.locator('[aria-current]'))).toHaveText('code-wrong');

  await page.goto('/#code-wrong/320');
  await expect(page.frameLocator('iframe').getByText(WRONG)).toBeVisible();
  expect(await page.frames()[1]!.evaluate(() => innerWidth)).toBe(320);

  await page.goto('/#code-wrong/bare/en/dark');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Enter the code from the email');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.locator('iframe')).toHaveCount(0);

  await page.goto('/#no-such-state/bare');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such screen');
});

test('states are grouped, and a typed text leaves those that have it', async ({ page }) => {
  await page.goto('/');
  const groups = page.getByRole('navigation', { name: 'Screens' }).getByRole('heading');
  await expect(groups.first()).toHaveText('Method');
  const all = await screens(page).count();
  await page.getByRole('searchbox', { name: 'Filter' }).fill(' Midnight ');
  await expect(screens(page)).toHaveText(['invitation-over-midnight']);
  await expect(groups).toHaveText(['Invitation']);
  await screens(page).click();
  await expect(page.frameLocator('iframe').getByRole('heading', { level: 1 })).toBeVisible();
  // The text stays, with the state chosen.
  await expect(screens(page)).toHaveText(['invitation-over-midnight']);
  await page.getByRole('searchbox', { name: 'Filter' }).fill('');
  await expect(screens(page)).toHaveCount(all);
});

test('a sheet shows the states of a group side by side, and each leads to its own page', async ({ page }) => {
  await page.goto('/#method/en');
  await choose(page, 'Show', 'group side by side');
  await expect(page).toHaveURL(/#sheet\/method\/en/);
  const names = await screens(page).allTextContents();
  const frames = page.locator('figure iframe');
  await expect(frames).toHaveCount(names.filter((name) => name.startsWith('method')).length);
  const first = frames.first().contentFrame();
  await expect(first.getByRole('heading', { level: 1 })).toHaveText(/^Identify yourself/);
  expect(await page.frames()[1]!.evaluate(() => innerWidth)).toBe(360);
  await page.locator('figure').getByRole('link', { name: 'method-sms', exact: true }).click();
  await expect(page).toHaveURL(/#method-sms\/en/);
  await expect(page.locator('iframe')).toHaveCount(1);
});

test('switches change language, theme, width, size, accent and logo', async ({ page }) => {
  await page.goto('/#method');
  const screen = page.locator('iframe').contentFrame();
  const root = screen.locator(':root');
  await choose(page, 'Language', 'en');
  await expect(root).toHaveAttribute('lang', 'en');
  await choose(page, 'Theme', 'dark');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await choose(page, 'Width', '360');
  expect(await page.frames()[1]!.evaluate(() => innerWidth)).toBe(360);
  await choose(page, 'Text', '200 %');
  await expect(root).toHaveCSS('font-size', '36px');
  await choose(page, 'Accent', 'orange');
  await expect(screen.getByRole('button', { name: 'Continue' })).toHaveCSS(
    'background-color',
    'rgb(214, 90, 0)',
  );
  const logo = screen.getByRole('img', { name: 'Exempelby kommun' });
  for (const [name, shape] of [
    ['dark letters', 3.75],
    ['light letters', 3.75],
    ['wide', 11.43],
    ['square', 1],
  ] as const) {
    await choose(page, 'Logo', name);
    await expect
      .poll(() => logo.evaluate((img: HTMLImageElement) => img.naturalWidth / img.naturalHeight))
      .toBeCloseTo(shape, 1);
  }
  await choose(page, 'Logo', 'none');
  await expect(logo).toHaveCount(0);
  // All at once, as the address says.
  await expect(page).toHaveURL(/#method\/en\/dark\/accent-orange\/text-200\/360$/);
});

test('a message is shown as its reader sees it', async ({ page }) => {
  await page.goto('/#mail-code/bare/en/dark');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Your code/);
  const mail = page.locator('iframe').contentFrame();
  await expect(mail.getByText('0427')).toBeVisible();
  await expect(mail.locator('body')).toHaveCSS('background-color', 'rgb(22, 26, 29)');
  await page.getByText('Plain text').click();
  await expect(page.locator('pre')).toContainText('\n0427\n');
  await page.goto('/#sms-code/bare/sv');
  await expect(page.locator('pre')).toContainText('\n0427\n');
  await expect(page.locator('iframe')).toHaveCount(0);
});
