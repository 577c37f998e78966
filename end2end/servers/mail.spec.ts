// An outage of the mail server: the page says so, and nothing is lost.
import { test } from '../sender.ts';
import { words } from '../texts.ts';
import { expect, Recipient } from '../fixtures.ts';

// Mail counts as slow after twenty seconds, and a deferred message waits for its retry.
test.setTimeout(180_000);

const w = words.sv;

test('while mail is slow the page says so, and the code comes in the end', async ({
  page,
  sender,
  javaScriptEnabled: scripts,
}) => {
  const { servers } = sender;
  const invitation = await sender.invite();
  servers.mailGoes(false);
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.toCode();
  const slow = page.locator('#slow');
  await expect(slow).toBeHidden();
  await expect(slow).toContainText(w.slow);
  // The page refreshes itself. Without scripts the test reloads it.
  const becomes = async (shown: boolean) => {
    const looks = async () => {
      if (!scripts) await page.reload();
      return slow.isVisible();
    };
    await expect.poll(looks, { timeout: 60_000, intervals: [1_000] }).toBe(shown);
  };
  await becomes(true);
  await recipient.expectAccessible('the code page while mail is slow', 'sv');

  servers.mailGoes(true);
  const digits = await sender.code(invitation.email);
  await becomes(false);
  await recipient.enter(digits);
  await recipient.expectHeading(w.invitation);
  expect(servers.mails.length, 'the invitation and the code, once each').toBe(2);
});
