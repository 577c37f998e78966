// The host's whole meeting with the keyboard alone, on a desktop and on a narrow phone.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { book, Participant } from './people.ts';

test.slow();

/** Presses Tab until something has the focus, and asserts that it can be seen. */
async function tabTo(page: Page, target: Locator) {
  await expect(target).toBeVisible();
  for (let pressed = 0; pressed < 60; pressed += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      await expect(target).toBeInViewport();
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`no Tab leads to ${target}`);
}

async function press(page: Page, target: Locator) {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

for (const [name, viewport] of [
  ['desktop', { width: 1280, height: 800 }],
  ['narrow phone', { width: 360, height: 740 }],
] as const) {
  test.describe(name, () => {
    test.use({ viewport });

    test('a host leads a meeting without a mouse', async ({ context, another, request }) => {
      const meeting = await book(request, ['Anna Andersson', 'Bo Berg']);
      const kim = await Participant.at(context, meeting.host);
      await press(kim.page, kim.button('Slå på kamera och mikrofon'));
      await expect(kim.page.getByLabel('Din bild')).toBeVisible();
      await press(kim.page, kim.button('Anslut till mötet'));
      await kim.inside();

      const anna = await Participant.at(await another(), meeting.guests[0]!);
      await anna.joinWithoutCamera();
      const bo = await Participant.at(await another(), meeting.guests[1]!);
      await bo.joinWithoutCamera();
      await press(kim.page, kim.button('Avvisa Bo Berg'));
      await expect(bo.heading('Du blev inte insläppt')).toBeVisible();
      await press(kim.page, kim.button('Släpp in Anna Andersson'));
      await anna.inside();

      await anna.button('Text').click();
      await press(kim.page, kim.button('Text'));
      await tabTo(kim.page, kim.page.getByRole('textbox', { name: 'Skriv' }));
      await kim.page.keyboard.type('Välkommen');
      await expect(anna.page.getByRole('log', { name: 'Textsamtal' })).toContainText('Välkommen');

      // On a phone the host's part is folded while nobody waits.
      if (name === 'narrow phone') await press(kim.page, kim.page.locator('.host summary'));
      await press(kim.page, kim.button('Lås mötet'));
      await expect(kim.button('Lås mötet')).toHaveAttribute('aria-pressed', 'true');
      await press(kim.page, kim.button('Avsluta mötet för alla'));
      // No comes first, and Escape means no. The focus returns to the button.
      await kim.page.keyboard.press('Escape');
      await expect(kim.button('Avsluta mötet för alla')).toBeFocused();
      await kim.page.keyboard.press('Enter');
      await press(kim.page, kim.button('Ja, avsluta för alla'));
      await expect(anna.heading('Mötet är avslutat')).toBeVisible();
    });
  });
}
