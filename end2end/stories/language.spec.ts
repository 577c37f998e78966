// Pages are in the invitation's language until the visitor chooses another, which is then remembered.
import { code, invite } from '../demo.ts';
import { words } from '../texts.ts';
import { expect, Recipient, test } from '../fixtures.ts';

test('the language can be changed in the middle, and stays', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const invitation = await invite(request, { language: 'sv' });
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.toCode();
  const there = page.url();
  await recipient.mark();
  await recipient.button('English').click();
  recipient.words = words.en;
  await recipient.expectHeading(words.en.code);
  expect(page.url()).toBe(there);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(recipient.button('English')).toHaveAttribute('aria-current', 'true');
  // Each language has its own bundle, which comes with a document.
  expect(await recipient.marked()).toBe(false);

  await page.reload();
  await recipient.expectHeading(words.en.code);
  await recipient.enter(await code(request, invitation.email));
  await recipient.expectHeading(words.en.invitation);

  // Another invitation in this browser is shown in the chosen language too.
  const other = await invite(request, { language: 'sv' });
  await recipient.open(other.path);
  await recipient.expectHeading(words.en.method);
  await recipient.button('Svenska').click();
  await recipient.expectHeading(words.sv.method);
  await page.reload();
  await recipient.expectHeading(words.sv.method);
});

test('what was typed is still there in the other language', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  test.skip(!scripts, 'a form that is posted carries its own fields only');
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toAddress();
  await recipient.field(words.sv.addressField).fill('anna@exam');
  await recipient.button('English').click();
  await recipient.expectHeading(words.en.address);
  await expect(recipient.field(words.en.addressField)).toHaveValue('anna@exam');
});

test('the chosen language holds on pages outside of the way', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request, { language: 'en' }), scripts);
  await recipient.open();
  await recipient.expectHeading(words.en.method);
  // The page is in English already, so only the response shows that the choice has arrived.
  const chosen = page.waitForResponse('**/do/language');
  await recipient.button('English').click();
  await chosen;
  await recipient.expectHeading(words.en.method);
  for (const [paper, heading] of [
    [words.en.accessibility, /accessibility/i],
    [words.en.privacy, /personal data/i],
  ] as const) {
    await recipient.link(paper).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await recipient.button('Svenska').click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'sv');
    await recipient.button('English').click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  }
});
