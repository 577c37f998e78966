// The sender changes a booked meeting. The recipient is notified, and links lead to the right place.
import { inSeconds } from '../demo.ts';
import { test } from '../sender.ts';
import { words } from '../texts.ts';
import { expect, Recipient } from '../fixtures.ts';

test.slow();

const w = words.sv;

test('what the sender changes reaches the recipient by mail, and the link follows', async ({
  page,
  sender,
  javaScriptEnabled: scripts,
}) => {
  const invitation = await sender.invite();
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.toCode();
  await recipient.enter(await sender.code(invitation.email));
  await recipient.expectHeading(w.invitation);

  // Rescheduled to another day: the message and the page have the new day.
  const starts = inSeconds(3 * 24 * 3600);
  const ends = inSeconds(3 * 24 * 3600 + 1800);
  await sender.change(invitation, { starts_at: starts.toISOString(), ends_at: ends.toISOString() });
  const written = starts.toLocaleDateString('sv-SE', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'Europe/Stockholm',
  });
  const told = await sender.textOf(invitation.email, /Ditt videomöte är ändrat/);
  expect(told).toContain(written);
  expect(told).toContain(invitation.path);
  await recipient.open();
  await recipient.expectHeading(w.invitation);
  await recipient.expectText(written);

  // The address was wrong. Its link and its session open nothing any more.
  const right = 'anna.ny@example.org';
  const { id } = await sender.recipient(invitation);
  await sender.change(invitation, { recipients: [{ id, email: right }] });
  const path = await sender.link(right);
  await recipient.open();
  await recipient.expectHeading(w.notFound);
  const corrected = new Recipient(page, { ...invitation, email: right, path }, scripts);
  await corrected.toCode();
  await corrected.enter(await sender.code(right));
  await corrected.expectHeading(w.invitation);
  await corrected.expectAccessible('the invitation by the new link', 'sv');

  // Cancelled: the message says so, and the open page follows.
  await sender.cancel(invitation);
  await sender.textOf(right, /Videomötet är inställt/);
  await corrected.button(w.connect).click();
  await corrected.expectHeading(w.cancelled);
  await corrected.expectAccessible('the page of a cancelled meeting', 'sv');
});
