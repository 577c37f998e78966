// Invitations that are opened too early or too late.
import type { Page } from '@playwright/test';
import { expectNoViolations } from '../axe.ts';
import { invite, mails } from '../demo.ts';
import { words } from '../texts.ts';
import { expect, identify, Recipient, test } from '../fixtures.ts';

const w = words.sv;
/** Time before a meeting's start at which its room opens, in seconds. */
const EARLY = 15 * 60;

test('the door of a meeting that is not open yet opens by itself', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  test.setTimeout(90_000);
  const invitation = await invite(request, { starts: EARLY + 12 });
  await identify(context, invitation, true);
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.open();
  await recipient.expectHeading(w.waiting);
  await recipient.mark();
  await expect(recipient.button(w.join)).toHaveCount(0);
  await expect(page.getByRole('main')).toContainText(/Det öppnar \S+ \d+ \S+ kl\. \d\d\.\d\d/);
  if (scripts) await expectNoViolations(page, 'waiting');
  // Without scripts the page reloads every 30 seconds.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(w.meeting, { timeout: 60_000 });
  expect(await recipient.marked()).toBe(scripts);
  await recipient.button(w.join).click();
  await expect(page).toHaveURL(invitation.room);
});

test('a meeting later today says when, and one can wait at its door', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request, { starts: 3 * 3600 }), scripts);
  await recipient.toInvitation();
  await expect(page.getByRole('main')).toContainText('Mötesrummet öppnar');
  await recipient.button(w.connect).click();
  await recipient.expectHeading(w.waiting);
  await page.getByRole('link', { name: 'Tillbaka till inbjudan' }).click();
  await recipient.expectHeading(w.invitation);
});

test('somebody abroad is told when the meeting is where they are', async ({
  page,
  another,
  request,
  javaScriptEnabled: scripts,
}) => {
  test.skip(!scripts, 'only the browser knows where it is');
  const own = (page: Page) => page.getByRole('main').getByText(/^Hos dig: /);
  const home = new Recipient(page, await invite(request, { starts: 3 * 3600 }), scripts);
  await home.toInvitation();
  const there = await (await another({ timezoneId: 'Asia/Tokyo' })).newPage();
  const abroad = new Recipient(there, await invite(request, { starts: 3 * 3600 }), scripts);
  await abroad.toInvitation();
  const clock = abroad.invitation.starts.toLocaleTimeString('sv-SE', { timeZone: 'Asia/Tokyo' });
  await expect(own(there)).toContainText(`kl. ${clock.slice(0, 5).replace(':', '.')}`);
  await expect(own(page)).toBeHidden();
});

test('a meeting that is over says so, and whom to ring', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  // A demo meeting that had ended before it was booked.
  const [mail] = await mails(request, 'eva@example.org');
  const link = mail!.links.find((link) => new URL(link).pathname.startsWith('/m/'))!;
  const answer = await page.goto(new URL(link).pathname);
  expect(answer!.status()).toBe(200);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mötet är slut');
  await expect(page.getByRole('main').getByRole('link', { name: /0300/ }).first()).toBeVisible();
  if (scripts) await expectNoViolations(page, 'over');
});

test('unknown and malformed links look alike', async ({
  page,
  javaScriptEnabled: scripts,
}) => {
  const seen: string[] = [];
  for (const path of [`/m/${'a'.repeat(27)}`, '/m/short', `/m/${'a'.repeat(27)}/code`, '/elsewhere']) {
    const answer = await page.goto(path);
    expect(answer!.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      'Länken leder inte till någon inbjudan',
    );
    seen.push(await page.getByRole('main').innerText());
  }
  expect(new Set(seen).size).toBe(1);
  if (scripts) await expectNoViolations(page, 'unknown');
});

test('the accessibility statement and the privacy notice are one step away', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toAddress();
  for (const [link, heading] of [
    [w.accessibility, /tillgänglighet/i],
    [w.privacy, /personuppgifter/i],
  ] as const) {
    await recipient.link(link).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
    if (scripts) await expectNoViolations(page, link);
    await page.goBack();
    await recipient.expectHeading(w.address);
  }
});
