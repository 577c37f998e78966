// The organisation's colour, as the program serves them for its configuration.
import { expect, type Locator, type Page, test } from '@playwright/test';
import { startDemo } from '../start-servers.mjs';
import { words } from '../texts.ts';

test.slow();
test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, 'the style needs no scripts');

const w = words.sv;

/** A demo with these settings for the time of a test. */
async function withDemo(settings: Record<string, string>, check: (url: string) => Promise<void>) {
  const demo = await startDemo(undefined, settings, 'ignore');
  try {
    await check(demo.url);
  } finally {
    await demo.stop();
  }
}

/** Opens an invitation of the demo by its name on the start page. */
async function open(page: Page, url: string, name: string) {
  await page.goto(url);
  await page.getByRole('link', { name, exact: true }).click();
}

/** Returns the contrast (WCAG 2.2) of an element's text with its background. */
async function contrast(element: Locator): Promise<number> {
  const colours = await element.evaluate((element) => {
    const style = getComputedStyle(element);
    const canvas = document.createElement('canvas').getContext('2d')!;
    return [style.color, style.backgroundColor].map((colour) => {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    });
  });
  const [lighter, darker] = colours
    .map((rgb) => {
      const [r, g, b] = rgb.map((channel) => {
        const c = channel / 255;
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    })
    .sort((a, b) => b - a);
  return (lighter! + 0.05) / (darker! + 0.05);
}

// A dark one, one with black text, and one in between.
for (const accent of ['#0b5d6e', '#d65a00', '#b0306a']) {
  test(`text on a button reads well under the pointer (${accent})`, async ({ page }) => {
    await withDemo({ ANSLUT_ORGANISATION__ACCENT: accent }, async (url) => {
      const readsWell = async (surface: Locator) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          // Without motion a colour changes at once.
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          const colour = () =>
            surface.evaluate((element) => getComputedStyle(element).backgroundColor);
          await page.mouse.move(0, 0);
          const before = await colour();
          expect(await contrast(surface), `${colorScheme}, at rest`).toBeGreaterThanOrEqual(4.5);
          await surface.hover();
          expect(await colour(), 'the pointer is seen').not.toBe(before);
          expect(await contrast(surface), `${colorScheme}, hovered`).toBeGreaterThanOrEqual(4.5);
        }
      };
      await open(page, url, 'Open now (Swedish)');
      await readsWell(page.getByRole('button', { name: w.goOn, exact: true }));

      await open(page, url, 'BankID as Cia Ceder');
      await page.getByRole('textbox', { name: w.addressField }).fill('cia@example.org');
      const next = page.getByRole('button', { name: w.goOn, exact: true });
      await next.click();
      await page.waitForURL('**/method');
      await next.click();
      await expect(page.getByRole('heading', { level: 1, name: w.choose })).toBeVisible();
      await readsWell(page.locator('.way').first());
    });
  });
}
