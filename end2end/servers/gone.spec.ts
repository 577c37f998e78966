// Two servers behind a proxy. One dies during a flow, and nobody notices.
import { scan, sign } from '../phone.ts';
import { test } from '../sender.ts';
import { words } from '../texts.ts';
import { expect, Recipient } from '../fixtures.ts';

test.slow();

const w = words.sv;

for (const [dying, when] of [
  [0, 'the first'],
  [1, 'the second'],
] as const) {
  test(`a recipient gets from the mail into the meeting while ${when} server dies`, async ({
    page,
    sender,
    javaScriptEnabled: scripts,
  }) => {
    const { servers } = sender;
    const invitation = await sender.invite();
    const recipient = new Recipient(page, invitation, scripts);
    await recipient.toCode();
    const digits = await sender.code(invitation.email);
    expect(Math.min(...servers.answered), 'both have answered').toBeGreaterThan(0);
    await servers.kill(dying);
    const others = servers.answered[dying];

    await page.reload();
    await recipient.expectHeading(w.code);
    await recipient.enter(digits);
    await recipient.expectHeading(w.invitation);
    await recipient.button(w.connect).click();
    await recipient.expectHeading(w.meeting);
    await recipient.button(w.join).click();
    await expect(page).toHaveURL(invitation.room);
    expect(servers.answered[dying], 'it is gone').toBe(others);
    expect((await sender.recipient(invitation)).status).toBe('joined');
    // No message was sent twice.
    expect(servers.mails.length).toBe(2);
  });
}

test('an identification with BankID goes on when a server dies', async ({
  page,
  phone,
  sender,
  javaScriptEnabled: scripts,
}) => {
  const invitation = await sender.invite('loa3', 'e-id');
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.toBankId();
  await sender.servers.kill(0);
  await sign(phone, await scan(phone, recipient));
  // The other server takes over when the claim expires.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(w.invitation, {
    timeout: 40_000,
  });
  expect((await sender.recipient(invitation)).status).toBe('identified');
});
