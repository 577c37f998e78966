// Every screen in every state, as the gallery shows it.
import { expect, type Page, test } from '@playwright/test';
import { violations } from '../axe.ts';

const languages = ['sv', 'en'] as const;
const themes = ['light', 'dark'] as const;

/** Returns the names of all screens, as the gallery lists them. */
async function screens(page: Page): Promise<string[]> {
  await page.goto('/');
  const links = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
  await expect(links.first()).toBeVisible();
  return links.evaluateAll((links) => links.map((link) => link.getAttribute('data-screen')!));
}

/** Shows one screen alone in the current page, without reloading the gallery. */
async function show(page: Page, address: string) {
  await page.evaluate(async (address) => {
    // A dialog would stay open when another page is drawn under it.
    for (const dialog of document.querySelectorAll('dialog')) dialog.close();
    location.hash = address;
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    document.querySelector<HTMLDetailsElement>('details')?.setAttribute('open', '');
  }, address);
}

/** Returns the HTML of all e-mails that have any, by the names of their states. */
async function mails(page: Page, manner: string): Promise<[string, string][]> {
  const names = (await screens(page)).filter((name) => name.startsWith('mail-'));
  const found: [string, string][] = [];
  for (const name of names) {
    await show(page, `${name}/bare/${manner}`);
    for (const frame of await page.locator('iframe').all()) {
      found.push([name, (await frame.getAttribute('srcdoc'))!]);
    }
  }
  expect(found.length).toBeGreaterThan(10);
  expect(new Set(found.map(([, html]) => html)).size).toBe(found.length);
  return found;
}

/** Opens each e-mail as a page and returns the findings on all. */
async function read(
  page: Page,
  manner: string,
  find: (page: Page) => Promise<string[]>,
): Promise<string[]> {
  const found: string[] = [];
  for (const [name, html] of await mails(page, manner)) {
    await page.setContent(html);
    for (const line of await find(page)) found.push(`${name}/${manner}: ${line}`);
  }
  return found;
}

/** Walks through all screens and returns the findings on them. */
async function walk(
  page: Page,
  manner: string,
  find: (page: Page) => Promise<string[]>,
): Promise<string[]> {
  const names = await screens(page);
  expect(names.length).toBeGreaterThan(40);
  const found: string[] = [];
  const headings = new Set<string>();
  for (const name of names) {
    await show(page, `${name}/bare/${manner}`);
    headings.add(await page.getByRole('heading', { level: 1 }).innerText());
    for (const line of await find(page)) found.push(`${name}/${manner}: ${line}`);
  }
  // Fails if the same screen is shown again and again.
  expect(headings.size).toBeGreaterThan(12);
  return found;
}

for (const language of languages) {
  for (const theme of themes) {
    test(`axe finds nothing wrong (${language}, ${theme})`, async ({ page }) => {
      test.setTimeout(300_000);
      expect(await walk(page, `${language}/${theme}`, violations)).toEqual([]);
    });

    test(`axe finds nothing wrong with an e-mail (${language}, ${theme})`, async ({ page }) => {
      test.setTimeout(120_000);
      expect(await read(page, `${language}/${theme}`, violations)).toEqual([]);
    });
  }

  for (const [what, size] of [
    ['the smallest phone', { width: 320, height: 640 }],
    ['1280 by 1024 at 400 % zoom', { width: 320, height: 256 }],
    ['a desktop', { width: 1280, height: 800 }],
  ] as const) {
    test(`nothing is cut off or scrolls sideways on ${what} (${language})`, async ({ page }) => {
      test.setTimeout(120_000);
      await page.setViewportSize(size);
      expect(await walk(page, language, tooWide)).toEqual([]);
      expect(await read(page, language, tooWide)).toEqual([]);
    });
  }

  test(`what is to be hit is large enough (${language})`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await walk(page, language, tooSmall)).toEqual([]);
  });
}

test('text twice as large still fits', async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 640, height: 800 });
  expect(
    await walk(page, 'sv', async (page) => {
      await page.addStyleTag({ content: 'html { font-size: 200% !important }' });
      return tooWide(page);
    }),
  ).toEqual([]);
});

test('text twice as large scrolls no page sideways on a phone', async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 360, height: 740 });
  const found: string[] = [];
  for (const language of languages) {
    found.push(
      ...(await walk(page, `${language}/text-200`, tooWide)),
    );
  }
  expect(found).toEqual([]);
});

test('the buttons of a call keep their names, and their state is apart', async ({ page }) => {
  test.setTimeout(120_000);
  const calls = (await screens(page)).filter((name) => /^conference-(call|host)/.test(name));
  expect(calls.length).toBeGreaterThan(15);
  for (const name of calls) {
    await show(page, `${name}/bare/sv`);
    const buttons = page.getByRole('group', { name: 'Mötets knappar' }).getByRole('button');
    await expect(buttons, name).toHaveText([
      'Mikrofon',
      'Kamera',
      'Dela skärm',
      'Räck upp handen',
      'Text',
      'Deltagare',
      'Inställningar',
      'Lämna mötet',
    ]);
    const states = await buttons.evaluateAll((all) => all.map((it) => it.getAttribute('aria-pressed')));
    expect(states.pop(), name).toBeNull();
    for (const state of states) expect(state, name).toMatch(/^(true|false)$/);
  }
});

test('with forced colours focus, fields and buttons still have their edges', async ({ page }) => {
  test.setTimeout(120_000);
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  expect(
    await walk(page, 'sv', (page) =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('.button, input:not([type=hidden])')]
          .filter((element) => element.checkVisibility())
          .filter((element) => parseFloat(getComputedStyle(element).borderTopWidth) < 1)
          .map((element) => `${element.outerHTML} has no edge`),
      ),
    ),
  ).toEqual([]);
});

test('nothing moves for those who want stillness', async ({ page }) => {
  test.setTimeout(120_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(
    await walk(page, 'sv', (page) =>
      page.evaluate(() =>
        document
          .getAnimations()
          .filter((animation) => Number(animation.effect?.getComputedTiming().endTime) > 20)
          .map((animation) => `${(animation as CSSAnimation).animationName} moves`),
      ),
    ),
  ).toEqual([]);
});

for (const forcedColors of ['none', 'active'] as const) {
  test(`a QR code is large and dark on light (forced colours: ${forcedColors})`, async ({ page }) => {
    await page.emulateMedia({ forcedColors });
    await screens(page);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 640 });
      await show(page, 'bankid-elsewhere-open-app/bare/sv/dark');
      const code = page.getByRole('img', { name: 'QR-kod', exact: true });
      expect((await code.boundingBox())!.width).toBeGreaterThanOrEqual(220);
      const colours = await code.evaluate((svg) => [
        getComputedStyle(svg).backgroundColor,
        getComputedStyle(svg.querySelector('path')!).fill,
      ]);
      expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    }
  });
}

test('a way to identify is named by its name alone, and its hint describes it', async ({ page }) => {
  await screens(page);
  for (const [state, names] of [
    ['choice', ['BankID på annan enhet', 'BankID på den här enheten', 'Freja', 'Sweden Connect']],
    ['choice-handheld', ['BankID på den här enheten', 'BankID på annan enhet', 'Freja', 'Sweden Connect']],
  ] as const) {
    await show(page, `${state}/bare/sv`);
    const buttons = page.locator('.way').getByRole('button');
    for (const [index, name] of names.entries()) {
      await expect(buttons.nth(index)).toHaveAccessibleName(name);
      await expect(buttons.nth(index)).toHaveAccessibleDescription(/^Du /);
    }
  }
});

function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const wide = [...document.body.querySelectorAll<HTMLElement>('*')]
      .filter((element) => element.checkVisibility() && !element.closest('.skip, .unseen'))
      .filter((element) => !element.matches('.step-name, .step-name *'))
      .filter((element) => element.getBoundingClientRect().right > room + 1)
      .map((element) => `<${element.tagName.toLowerCase()} class="${element.className}"> sticks out`);
    if (document.documentElement.scrollWidth > room) wide.push('the page scrolls sideways');
    return wide;
  });
}

/**
 * Returns the elements that are too small. Buttons need 44 px. Links in running text may be as high as the
 * text (WCAG 2.5.8).
 */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const least = (element: Element) => (element.matches('a:not(.button)') ? 24 : 44);
    return [...document.body.querySelectorAll<HTMLElement>('a, button, input, summary')]
      .filter((element) => element.checkVisibility() && !element.matches('[type=hidden], .skip'))
      .filter((element) => !(element.matches('a') && element.parentElement?.matches('p')))
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return height < least(element) || width < least(element);
      })
      .map((element) => {
        const { width, height } = element.getBoundingClientRect();
        return `${element.textContent || element.tagName}: ${width} by ${height}`;
      });
  });
}
