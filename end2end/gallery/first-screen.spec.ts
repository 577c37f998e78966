// What matters is on the first screen: with Roboto, the font of most phones, and an organisation's name of thirty
// letters.
import { expect, type Page, test } from '@playwright/test';
import { roboto } from '../roboto.mjs';

const LONG = 'Exempelbygdens kommunalförbund';

/** Shows a state alone, in Roboto and with the long name. */
async function show(page: Page, state: string, language: string) {
  await page.evaluate(
    async ([state, language, long]) => {
      location.hash = `${state}/bare/${language}`;
      const frame = () => new Promise(requestAnimationFrame);
      await frame();
      await frame();
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const text = texts.currentNode;
        text.nodeValue = text.nodeValue!.replaceAll('Exempelby kommun', long!);
      }
      await document.fonts.ready;
      scrollTo(0, 0);
    },
    [state, language, LONG],
  );
}

for (const [what, size] of [
  ['a phone', { width: 360, height: 740 }],
  ['a desktop', { width: 1280, height: 800 }],
] as const) {
  for (const language of ['sv', 'en'] as const) {
    test(`the main button is on the first screen of ${what} (${language})`, async ({ page }) => {
      await page.setViewportSize(size);
      await page.goto('/');
      await page.addStyleTag({ content: roboto });
      await page.evaluate(() => document.fonts.load('16px Roboto'));
      for (const state of [
        'method',
        'method-sms',
        'method-e-id',
        'address',
        'address-sms',
        'address-e-id',
        'code',
        'code-sms',
        'code-two-tries',
        'code-dead',
        'code-dead-can-resend',
        'code-expired',
        'choice',
        'choice-handheld',
        'invitation',
        'invitation-e-id',
        'invitation-waiting',
        'meeting',
      ]) {
        await show(page, state, language);
        const button = page.locator('.button.main, .way').first();
        expect(await page.evaluate(() => document.fonts.check('16px Roboto')), 'the font').toBe(true);
        const { y, height } = (await button.boundingBox())!;
        expect(y + height, state).toBeLessThanOrEqual(size.height);
        if (state.startsWith('code-dead') || state === 'code-expired') {
          await expect(button, state).toHaveText(/^(Skicka koden igen|Send the code again)$/);
        }
      }
    });
  }
}
