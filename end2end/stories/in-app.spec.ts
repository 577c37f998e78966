// A browser within a mail program or a social app, with the advice to leave it before anything is proven; and the test of
// the equipment where no script runs.
import { invite } from '../demo.ts';
import { expect, Recipient, test } from '../fixtures.ts';
import { type Language, words } from '../texts.ts';

const IN_APP =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 ' +
  '[FBAN/FBIOS;FBAV/454.0.0.31.109]';

test.describe('in an app', () => {
  test.use({ userAgent: IN_APP });

  for (const language of ['sv', 'en'] as Language[]) {
    test(`the first page has the link to copy (${language})`, async ({
      page,
      context,
      request,
      baseURL,
      javaScriptEnabled: scripts,
    }) => {
      const w = words[language];
      const invitation = await invite(request, { kind: 'builtin', language });
      const recipient = new Recipient(page, invitation, scripts);
      // The page has no bundle, which an old browser could not run.
      await page.goto(invitation.path);
      await recipient.expectText(w.inApp);
      const link = new URL(invitation.path, baseURL).href;
      if (scripts) {
        await context.grantPermissions(['clipboard-read', 'clipboard-write']);
        await expect(recipient.field(w.linkField)).toBeHidden();
        await recipient.expectAccessible('in an app', language);
        await recipient.button(w.copy).click();
        await expect(page.getByRole('status').filter({ hasText: w.copied })).toBeVisible();
        expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
        await recipient.expectAccessible('copied', language);
      } else {
        await expect(recipient.button(w.copy)).toBeHidden();
        await expect(recipient.field(w.linkField)).toHaveValue(link);
        await expect(recipient.field(w.linkField)).toHaveAttribute('readonly');
        await expect(recipient.field(w.linkField)).not.toBeFocused();
      }
      // The way on is open all the same, and says it no more.
      await recipient.button(w.goOn).click();
      await recipient.expectHeading(w.address);
      await expect(page.getByRole('main')).not.toContainText(w.inApp);
    });
  }

  test('where the browser does not copy, the link is there to copy by hand', async ({
    page,
    request,
    baseURL,
    javaScriptEnabled: scripts,
  }) => {
    test.skip(!scripts, 'without scripts it is there from the start');
    const w = words.sv;
    const recipient = new Recipient(page, await invite(request, { kind: 'builtin', method: 'e-id' }), scripts);
    // As where the app around the page allows no access.
    await page.addInitScript(() => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    });
    await page.goto(recipient.invitation.path);
    await recipient.button(w.copy).click();
    const field = recipient.field(w.linkField);
    await expect(field).toBeFocused();
    const link = new URL(recipient.invitation.path, baseURL).href;
    await expect(field).toHaveValue(link);
    const selected = (input: HTMLInputElement) => [input.selectionStart, input.selectionEnd];
    expect(await field.evaluate(selected)).toEqual([0, link.length]);
    await recipient.expectAccessible('copied by hand', 'sv');
  });

  test('a meeting in another service says nothing of it', async ({ page, request, javaScriptEnabled: scripts }) => {
    const recipient = new Recipient(page, await invite(request), scripts);
    await recipient.open();
    await recipient.expectHeading(words.sv.method);
    await expect(page.getByRole('main')).not.toContainText(words.sv.inApp);
  });
});

test('a browser of its own is told nothing', async ({ page, request, javaScriptEnabled: scripts }) => {
  const recipient = new Recipient(page, await invite(request, { kind: 'builtin' }), scripts);
  await recipient.open();
  await recipient.expectHeading(words.sv.method);
  await expect(page.getByRole('main')).not.toContainText(words.sv.inApp);
});

for (const language of ['sv', 'en'] as Language[]) {
  test(`the test of the equipment says what it needs, and leads back (${language})`, async ({
    page,
    request,
    javaScriptEnabled: scripts,
  }) => {
    const w = words[language];
    const wish = { kind: 'builtin' as const, language, starts: 3 * 86_400 };
    const recipient = new Recipient(page, await invite(request, wish), scripts);
    await recipient.toInvitation();
    await recipient.link(w.testDevices).click();
    await expect(page).toHaveURL(/\/check$/);
    await recipient.expectHeading(w.check);
    // Playwright reads no text within noscript.
    if (!scripts) await expect(page.locator('noscript .message')).toBeVisible();
    await recipient.expectAccessible('test of the equipment', language);
    await recipient.link(w.back).click();
    await recipient.expectHeading(w.invitation);
  });
}
