// The whole flow with the keyboard alone.
import type { Page } from '@playwright/test';
import { code, invite, wrong } from '../demo.ts';
import { act, scan, sign, start } from '../phone.ts';
import { words } from '../texts.ts';
import { expect, Recipient, test } from '../fixtures.ts';

const w = words.sv;

test('Tab and Enter lead from the link to the room', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const invitation = await invite(request);
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.open();
  await recipient.expectHeading(w.method);
  expect(await round(page, 7)).toEqual([
    w.skip,
    'Svenska',
    'English',
    w.goOn,
    w.help,
    w.accessibility,
    w.privacy,
  ]);

  // The skip link jumps over the header.
  await page.reload();
  await recipient.expectHeading(w.method);
  await page.keyboard.press('Tab');
  await expect(recipient.link(w.skip)).toBeFocused();
  await expect(recipient.link(w.skip)).toBeInViewport();
  await page.keyboard.press('Enter');
  await tabTo(page, w.goOn, 1);
  await page.keyboard.press('Enter');

  await recipient.expectHeading(w.address);
  if (scripts) await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await tabTo(page, w.addressField);
  await page.keyboard.type(invitation.email);
  await page.keyboard.press('Enter');

  await recipient.expectHeading(w.code);
  if (scripts) await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await tabTo(page, w.codeField);
  const digits = await code(request, invitation.email);
  await page.keyboard.type(wrong(digits));
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle(/^Fel: /);
  await expect(recipient.field(w.codeField)).toBeFocused();
  await expect(recipient.field(w.codeField)).toHaveValue('');
  await page.keyboard.type(digits);
  await page.keyboard.press('Enter');

  await recipient.expectHeading(w.invitation);
  await expect(page).not.toHaveTitle(/^Fel: /);
  await tabTo(page, w.connect);
  await page.keyboard.press('Space');
  await recipient.expectHeading(w.meeting);
  await tabTo(page, w.join);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(invitation.room);
});

test('Tab and Enter lead through an identification with BankID', async ({
  page,
  request,
  isMobile,
  javaScriptEnabled: scripts,
}) => {
  test.skip(isMobile, 'phones have no keyboard');
  const invitation = await invite(request, { method: 'e-id' });
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.open();
  await recipient.expectHeading(w.address);
  await tabTo(page, w.addressField);
  await page.keyboard.type(invitation.email);
  await page.keyboard.press('Enter');
  await recipient.expectHeading(w.method);
  await tabTo(page, w.goOn);
  await page.keyboard.press('Enter');
  await recipient.expectHeading(w.choose);
  if (scripts) await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await tabTo(page, w.here);
  await page.keyboard.press('Enter');
  await recipient.expectHeading(w.bankid);
  await act(request, await start(request, recipient), { action: 'cancel' });
  await recipient.waitForHeading(w.choose);

  // The failure has the focus. The buttons to try again follow.
  await expect(page.locator(':focus')).toContainText('Du avbröt identifieringen');
  await tabTo(page, w.elsewhere, 1);
  await page.keyboard.press('Space');
  await recipient.expectHeading(w.bankid);
  if (scripts) await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  // Without scripts the page refreshes itself, and the focus starts again each time.
  if (scripts) await tabTo(page, w.cancel);
  await sign(request, await scan(request, recipient));
  await recipient.waitForHeading(w.invitation);
  if (scripts) await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('the way past the header leaves what was typed alone', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toAddress();
  await recipient.button(w.goOn).click();
  await expect(page).toHaveTitle(/^Fel: /);
  await recipient.field(w.addressField).pressSequentially('anna@exam');
  await recipient.link(w.skip).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#main$/);
  await tabTo(page, w.addressField, 1);
  await expect(recipient.field(w.addressField)).toHaveValue('anna@exam');
});

test('help opens and closes from the keyboard', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.open();
  const phone = page.getByRole('main').getByRole('link', { name: /0300/ }).first();
  await expect(phone).toBeHidden();
  await tabTo(page, w.help);
  await page.keyboard.press('Enter');
  await expect(phone).toBeVisible();
  await expect(phone).toHaveAttribute('href', 'tel:+46300834000');
  await page.keyboard.press('Enter');
  await expect(phone).toBeHidden();
});

/** Presses Tab until the element with this name has the focus. The focus must be visible at every stop. */
async function tabTo(page: Page, name: string, most = 12) {
  const stops: string[] = [];
  while (stops.at(-1) !== name && stops.length < most) stops.push(...(await round(page, 1)));
  expect(stops.at(-1), `reached by way of ${stops.join(', ')}`).toBe(name);
}

/** Returns the names of the next stops of the Tab key. */
async function round(page: Page, stops: number): Promise<string[]> {
  const names: string[] = [];
  for (let stop = 0; stop < stops; stop++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const label = (element as HTMLInputElement).labels?.[0]?.textContent;
      // A soft hyphen is part of no name.
      return (label ?? element.textContent ?? '').replaceAll('\u00ad', '').trim();
    });
    // On a busy machine the outline is drawn a moment after the focus has moved.
    await expect.poll(() => page.evaluate(framed), `focus is seen on ${name}`).toBe(true);
    names.push(name);
  }
  return names;
}

/** `true` if the focused element has an outline. A button that fills a box is outlined by the box. */
function framed(): boolean {
  const element = document.activeElement as HTMLElement;
  return [getComputedStyle(element), getComputedStyle(element, '::after')].some(
    ({ outlineStyle, outlineWidth, boxShadow }) =>
      (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== 'none',
  );
}
