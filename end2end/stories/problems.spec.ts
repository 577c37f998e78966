// Problems are described in the visitor's terms, beside the field or button that they belong to.
import type { Locator, Page } from '@playwright/test';
import { expectNoViolations } from '../axe.ts';
import { code, invite, mails, wrong } from '../demo.ts';
import { words } from '../texts.ts';
import { expect, Recipient, test } from '../fixtures.ts';

const w = words.sv;
const DEAD = 'Du har skrivit fel kod för många gånger, så koden gäller inte längre.';

/**
 * Asserts that the problem describes the field, that the title mentions it, and that the field has the focus.
 */
async function expectProblem(page: Page, field: Locator, text: string | RegExp) {
  await expect(field).toHaveAccessibleDescription(text);
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(page).toHaveTitle(/^Fel: /);
  await expect(field).toBeFocused();
}

test('an empty or malformed address is told beside the field, and kept', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  const field = recipient.field(w.addressField);
  await recipient.toAddress();
  await expect(field).not.toHaveAttribute('aria-invalid', 'true');
  await recipient.button(w.goOn).click();
  await expectProblem(page, field, /Skriv din e.postadress\./);

  await recipient.fillAddress('anna.example.org');
  await expectProblem(page, field, /ser inte ut som en e.postadress/);
  await expect(field).toHaveValue('anna.example.org');
  if (scripts) await expectNoViolations(page, 'malformed address');

  await page.reload();
  await recipient.loaded();
  await expect(field).toHaveValue('anna.example.org');

  await recipient.fillAddress(recipient.invitation.email);
  await recipient.expectHeading(w.code);
  await expect(page).not.toHaveTitle(/^Fel: /);
});

test('an empty, short or wrong code is told beside the field, and never kept', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  const field = recipient.field(w.codeField);
  await recipient.toCode();
  const right = await code(request, recipient.invitation.email);
  await recipient.button(w.identify).click();
  await expectProblem(page, field, /Skriv koden som står i mejlet\./);

  await recipient.enter('12');
  await expectProblem(page, field, /Koden ska ha fyra siffror\./);
  await expect(field).toHaveValue('');

  await recipient.enter(wrong(right));
  await expectProblem(page, field, /Du har 2 försök kvar/);
  await expect(field).toHaveValue('');
  await recipient.enter(wrong(right));
  await expectProblem(page, field, /Du har 1 försök kvar/);
  if (scripts) await expectNoViolations(page, 'wrong code');

  // The last attempt is correct.
  await recipient.enter(right);
  await recipient.expectHeading(w.invitation);
});

test('a code is dead after three wrong tries, and the right one comes too late', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  const field = recipient.field(w.codeField);
  await recipient.toCode();
  const right = await code(request, recipient.invitation.email);
  for (const left of [2, 1]) {
    await recipient.enter(wrong(right));
    await expectProblem(page, field, new RegExp(`Du har ${left} försök kvar`));
  }
  const dead = page.locator('.message.problem').filter({ hasText: DEAD });
  for (const entered of [wrong(right), right]) {
    await recipient.enter(entered);
    await expect(dead).toBeFocused();
    await expect(page).toHaveTitle(/^Fel: /);
    await expect(field).toHaveAccessibleDescription(new RegExp(DEAD));
    await expect(field).toHaveValue('');
  }
  if (scripts) await expectNoViolations(page, 'dead code');
});

test('asked for again too early, the code is not sent, and the page says when', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  const again = recipient.button(w.resend);
  await recipient.toCode();
  await code(request, recipient.invitation.email);
  const before = (await mails(request, recipient.invitation.email)).length;
  for (let time = 0; time < 2; time++) {
    await expect(again).toBeEnabled();
    await again.click();
    await expect(page.getByRole('main')).toContainText(/Du kan få en ny kl\. \d\d\.\d\d, om (1 minut|\d+ sekund)/);
    await expect(again).toHaveAccessibleDescription(/Du kan få en ny kl\./);
    await expect(page).toHaveTitle(/^Fel: /);
    await expect(recipient.field(w.codeField)).not.toHaveAttribute('aria-invalid', 'true');
  }
  expect((await mails(request, recipient.invitation.email)).length).toBe(before);
});

test('a wrong address looks as the right one does, and sends nothing', async ({
  page,
  another,
  request,
  javaScriptEnabled: scripts,
}) => {
  const invitation = await invite(request);
  const stranger = `bo.${invitation.id}@example.org`;
  const right = new Recipient(page, invitation, scripts);
  const other = await invite(request);
  const lost = new Recipient(await (await another()).newPage(), other, scripts);
  await right.toCode();
  await lost.toCode(stranger);
  await code(request, invitation.email);
  const sight = async (recipient: Recipient, address: string) => {
    const text = await recipient.page.getByRole('main').innerText();
    return text
      .replaceAll(address, '<address>')
      .replace(/Kontrollord: [A-ZÅÄÖ]{3,}/, 'Kontrollord: <word>')
      .replace(/\d+ (sekund|minut)\w*|\d\d\.\d\d/g, '<time>');
  };
  expect(await sight(lost, stranger)).toBe(await sight(right, invitation.email));

  for (const left of [2, 1]) {
    await lost.enter('0000');
    await expectProblem(lost.page, lost.field(w.codeField), new RegExp(`Du har ${left} försök kvar`));
  }
  expect(await mails(request, stranger)).toEqual([]);
  expect((await mails(request, other.email)).length).toBe(1);
});
