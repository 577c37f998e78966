// The organisation's colour and logos, as the program serves them for its configuration.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, test } from '@playwright/test';
import { PNG } from 'pngjs';
import { open, withDemo } from '../own-demo.ts';
import { words } from '../texts.ts';

test.slow();
test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, 'the style needs no scripts');

const w = words.sv;

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

test('a page asks for the logo of its theme only', async ({ browser }) => {
  await withDemo({}, async (url) => {
    for (const [colorScheme, logo] of [
      ['light', '/brand/logo'],
      ['dark', '/brand/logo-dark'],
    ] as const) {
      const page = await browser.newPage({ colorScheme });
      const logos: string[] = [];
      const note = (path: string) => path.startsWith('/brand/') && logos.push(path);
      page.on('request', (request) => note(new URL(request.url()).pathname));
      // A page that the loaded app takes over.
      await page.goto(`${url}/m/none`);
      await expect(page.locator('html[data-live]')).toBeAttached();
      await expect(page.getByRole('img', { name: 'Exempelkommunen', exact: true })).toBeVisible();
      expect(logos, colorScheme).toEqual([logo]);
      await page.close();
    }
  });
});

test('a narrow, a wide or a scripted logo harms no page', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'anslut-logo-'));
  const png = (width: number, height: number) => PNG.sync.write(new PNG({ width, height }));
  const scripted =
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" onload="top.document.title=1">' +
    '<script>top.document.title = 1</script><rect width="60" height="40"/></svg>';
  const faults: string[] = [];
  page.on('dialog', (dialog) => faults.push(dialog.message()));
  try {
    for (const [name, bytes] of [
      ['1 by 4000', png(1, 4000)],
      ['4000 by 1', png(4000, 1)],
      ['scripted', Buffer.from(scripted)],
    ] as const) {
      const path = join(folder, 'logo');
      writeFileSync(path, bytes);
      await withDemo({ ANSLUT_ORGANISATION__LOGO: path }, async (url) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          for (const width of [360, 1280]) {
            await page.emulateMedia({ colorScheme });
            await page.setViewportSize({ width, height: 740 });
            await open(page, url, 'Open now (Swedish)');
            await expect(page).toHaveTitle(/Exempelkommunen$/);
            const what = `${name}, ${colorScheme}, ${width}`;
            const head = await page.getByRole('banner').boundingBox();
            expect(head!.height, `one row: ${what}`).toBeLessThan(100);
            const wide = () => document.documentElement.scrollWidth - innerWidth;
            expect(await page.evaluate(wide), what).toBeLessThanOrEqual(0);
          }
        }
        await page.goto(`${url}/brand/logo`);
        await expect(page.locator('body, svg').first()).toBeAttached();
        expect(faults).toEqual([]);
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
