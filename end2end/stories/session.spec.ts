// A session ends when the visitor ends it, or after a warning.
import type { BrowserContext } from '@playwright/test';
import { expectNoViolations } from '../axe.ts';
import { invite } from '../demo.ts';
import { words } from '../texts.ts';
import { expect, Recipient, test } from '../fixtures.ts';

const w = words.sv;

test('Avsluta ends the session', async ({ page, request, javaScriptEnabled: scripts }) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toInvitation();
  await recipient.button(w.end).click();
  await recipient.expectHeading(w.ended);
  await expect(recipient.button(w.end)).toHaveCount(0);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(w.invitation);
  await expect(page.getByRole('main')).not.toContainText(recipient.invitation.title);
  await recipient.open();
  await recipient.expectHeading(w.method);
});

test('a session that is gone leads to the start with a plain message', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toInvitation();
  await lapse(context);
  await recipient.button(w.connect).click();
  await recipient.expectHeading(w.method);
  await expect(page.getByRole('main')).toContainText('tiden har gått ut');
  await recipient.button(w.goOn).click();
  await recipient.expectHeading(w.address);
  await expect(recipient.field(w.addressField)).toHaveValue('');
});

test('a session that ends while a code is typed leads to the start', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toCode();
  await lapse(context);
  await recipient.enter('1234');
  await recipient.expectHeading(w.method);
  await expect(page.getByRole('main')).toContainText('tiden har gått ut');
});

test('before the session ends by itself one is asked whether to stay', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  test.skip(!scripts, 'a page that stands still can not warn');
  await page.clock.install();
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toInvitation();
  const warning = page.getByRole('dialog', { name: 'Vill du stanna kvar?' });
  const ends = await endOfSession(recipient);
  await page.clock.fastForward((ends - 125) * 1000);
  await expect(warning).toBeHidden();
  await page.clock.fastForward(10_000);
  await expect(warning).toBeVisible();
  await expect(warning).toContainText(/Om (\d+ sekunder|[12] minuter)/);
  await expect(recipient.button(w.stay)).toBeFocused();
  await expectNoViolations(page, 'warning');
  await page.keyboard.press('Enter');
  await expect(warning).toBeHidden();
  await recipient.expectHeading(w.invitation);

  // It was extended once, and ends all the same.
  await page.clock.fastForward((ends - 60) * 1000);
  await expect(warning).toBeVisible();
  await lapse(context);
  await page.clock.fastForward(61_000);
  await recipient.expectHeading(w.method);
  await expect(warning).toBeHidden();
  await expect(page.getByRole('main')).not.toContainText(recipient.invitation.title);
});

/** Makes the service forget the browser's session, as after 30 minutes without activity. */
async function lapse(context: BrowserContext) {
  const cookies = await context.cookies();
  const session = cookies.find((cookie) => cookie.name === 'anslut')!;
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  await context.addCookies([{ ...session, value: [...session.value].reverse().join('') }]);
}

/** Returns the seconds until the session ends, as the page has them. */
async function endOfSession(recipient: Recipient): Promise<number> {
  const answer = await recipient.page.context().request.get(new URL(recipient.page.url()).pathname, {
    headers: { accept: 'application/json' },
  });
  const view = (await answer.json()) as { session: { ends_in: number } };
  return view.session.ends_in;
}
