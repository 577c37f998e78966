// The sender changes what was booked: the recipient is told, and the links lead where they should.
import { later, test } from '../sender.ts';
import { words } from '../words.ts';
import { expect, Recipient } from '../world.ts';

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
  await recipient.at(w.invitation);

  // Moved to another day: the letter has the new day, and so has the page.
  const day = new Date(Date.now() + 3 * 24 * 3600 * 1000);
  await sender.change(invitation, { starts_at: day.toISOString(), ends_at: later(3 * 24 * 3600 + 1800) });
  const written = day.toLocaleDateString('sv-SE', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'Europe/Stockholm',
  });
  const told = await sender.textOf(invitation.email, /Ditt videomöte är ändrat/);
  expect(told).toContain(written);
  expect(told).toContain(invitation.path);
  await recipient.open();
  await recipient.at(w.invitation);
  await recipient.reads(written);

  // Sent to the wrong mailbox: that one's link and session open nothing any more.
  const right = 'anna.ny@example.org';
  const { id } = await sender.recipient(invitation);
  await sender.change(invitation, { recipients: [{ id, email: right }] });
  const path = await sender.link(right);
  await recipient.open();
  await recipient.at(w.notFound);
  await recipient.open(path);
  await recipient.at(w.method);
  await recipient.button(w.goOn).click();
  await recipient.at(w.address);
  await recipient.give(right);
  await recipient.at(w.code);
  await recipient.enter(await sender.code(right));
  await recipient.at(w.invitation);
  await recipient.looks('the invitation by the new link', 'sv');

  // Called off: the letter says so, and the page that stands open follows.
  await sender.cancel(invitation);
  await sender.textOf(right, /Videomötet är inställt/);
  await recipient.button(w.connect).click();
  await recipient.at(w.cancelled);
  await recipient.looks('the page of a cancelled meeting', 'sv');
});
