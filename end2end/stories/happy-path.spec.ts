// The whole flow, from the invitation's e-mail to the room.
import type { BrowserContext, Response } from '@playwright/test';
import { code, invite, ROOMS, status } from '../demo.ts';
import { words } from '../texts.ts';
import { expect, Recipient, test } from '../fixtures.ts';

for (const language of ['sv', 'en'] as const) {
  test(`a recipient gets from the mail into the meeting (${language})`, async ({
    page,
    context,
    request,
    javaScriptEnabled: scripts,
  }) => {
    const invitation = await invite(request, { language });
    expect(invitation.mail.subject).not.toContain(invitation.title);
    expect(invitation.mail.text).not.toContain(invitation.title);
    const room = await keepShut(context);
    const { told, enough } = overhear(context);
    const recipient = new Recipient(page, invitation, scripts);
    const w = words[language];
    const looks = (what: string) => recipient.expectAccessible(what, language);

    await recipient.open();
    await recipient.expectHeading(w.method);
    await recipient.mark();
    await looks('method');
    await recipient.button(w.goOn).click();

    await recipient.expectHeading(w.address);
    await looks('address');
    await recipient.field(w.addressField).fill(` ${invitation.email.toUpperCase()} `);
    await recipient.button(w.goOn).click();

    await recipient.expectHeading(w.code);
    await looks('code');
    await expect(page.getByText(invitation.email.toUpperCase())).toBeVisible();
    const digits = await code(request, invitation.email);
    // As pasted from a mail program.
    await recipient.field(w.codeField).fill(` ${digits.slice(0, 2)} ${digits.slice(2)} `);
    await recipient.button(w.identify).click();

    await recipient.expectHeading(w.invitation);
    await looks('invitation');
    const main = page.getByRole('main');
    await expect(main.getByText(invitation.title)).toBeVisible();
    await expect(main.getByText(invitation.sender).first()).toBeVisible();
    await expect(main.getByText(clock(invitation.starts)).first()).toBeVisible();
    await expect(main.getByText('Vi går igenom planen.')).toBeVisible();
    const calendar = await context.request.get(
      (await recipient.link(w.calendar).getAttribute('href'))!,
    );
    expect(calendar.headers()['content-type']).toContain('text/calendar');
    expect(await calendar.text()).toContain('BEGIN:VTIMEZONE');
    expect(await calendar.text()).not.toContain(ROOMS);
    expect(await status(request, invitation.id)).toBe('identified');
    await recipient.button(w.connect).click();

    await recipient.expectHeading(w.meeting);
    await looks('meeting');
    const all = await Promise.all(told);
    enough();
    expect(all.length).toBeGreaterThan(4);
    expect(all.filter((text) => text.includes(ROOMS))).toEqual([]);
    if (scripts) expect(await recipient.marked(), 'no document was loaded on the way').toBe(true);
    const knocked = page.waitForResponse(invitation.room);
    await recipient.button(w.join).click();

    // A page of ours. It redirects, and stays until the room responds.
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(w.leaving);
    await expect(recipient.link(w.room)).toHaveAttribute('href', invitation.room);
    await knocked;
    room.open();
    await recipient.link(w.room).click();
    await expect(page).toHaveURL(invitation.room);
    expect(await status(request, invitation.id)).toBe('joined');
  });
}

test('the way out is a page of ours that leads on by itself', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  const invitation = await invite(request);
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.toMeeting();
  const early = await context.request.get(`${invitation.path}/room`);
  expect(early.headers()['refresh']).toBeUndefined();
  expect(await early.text()).not.toContain(ROOMS);
  await recipient.button(recipient.words.join).click();
  await expect(page).toHaveURL(invitation.room);
  const leaving = await context.request.get(`${invitation.path}/room`);
  expect(leaving.status()).toBe(200);
  expect(leaving.headers()['refresh']).toContain(invitation.room);

  // Back leads to the meeting page, not to the page that redirects again.
  await page.goBack();
  await recipient.expectHeading(recipient.words.meeting);
});

/** Returns a time as the pages write it in Swedish or English, with a dot or a colon. */
function clock(time: Date): RegExp {
  const [hour, minute] = time
    .toLocaleTimeString('sv-SE', { timeZone: 'Europe/Stockholm' })
    .split(':');
  return new RegExp(`\\b0?${Number(hour)}[.:]${minute}\\b`);
}

/** Rooms do not respond until they are opened. */
async function keepShut(context: BrowserContext) {
  let shut = true;
  await context.route(`${ROOMS}/**`, (route) =>
    shut ? route.fulfill({ status: 204 }) : route.fallback(),
  );
  return { open: () => (shut = false) };
}

/** Collects all responses of the service, until stopped. */
function overhear(context: BrowserContext) {
  const told: Promise<string>[] = [];
  const listen = (response: Response) => {
    told.push(
      response.allHeaders().then(async (headers) => {
        const redirect = response.status() >= 300 && response.status() < 400;
        const body = redirect ? '' : await response.text();
        return [response.url(), JSON.stringify(headers), body].join('\n');
      }),
    );
  };
  context.on('response', listen);
  return { told, enough: () => context.off('response', listen) };
}
