// Two servers behind a proxy: one of them dies while somebody is on the way, and nobody notices.
import type { APIRequestContext } from '@playwright/test';
import { type Invitation, ROOMS } from '../demo.ts';
import { scan, sign } from '../phone.ts';
import { startServers } from '../servers.mjs';
import { words } from '../words.ts';
import { expect, Recipient, test as base } from '../world.ts';

type Servers = Awaited<ReturnType<typeof startServers>>;

/** The simulated BankID, which outlives the servers. */
const DEMO = `http://127.0.0.1:${process.env.ANSLUT_DEMO_PORT}`;

const test = base.extend<{ servers: Servers; phone: APIRequestContext }>({
  servers: [
    async ({}, use) => {
      const servers = await startServers(`${DEMO}/dev/bankid/rp/v6.0`);
      await use(servers);
      await servers.stop();
    },
    { timeout: 90_000 },
  ],
  baseURL: async ({ servers }, use) => use(servers.url),
  phone: async ({ playwright }, use) => {
    const phone = await playwright.request.newContext({ baseURL: DEMO });
    await use(phone);
    await phone.dispose();
  },
});

test.slow();

const w = words.sv;
const email = 'anna@example.org';

for (const [dying, when] of [
  [0, 'the first'],
  [1, 'the second'],
] as const) {
  test(`a recipient gets from the mail into the meeting while ${when} server dies`, async ({
    page,
    request,
    servers,
    javaScriptEnabled: scripts,
  }) => {
    const invitation = await invite(request, servers, 'loa2', 'email-code');
    const recipient = new Recipient(page, invitation, scripts);
    await recipient.toCode();
    const digits = (await textOf(servers, /^\s*\d{4}\s*$/m)).match(/^\s*(\d{4})\s*$/m)![1]!;
    expect(Math.min(...servers.answered), 'both have answered').toBeGreaterThan(0);
    await servers.kill(dying);
    const others = servers.answered[dying];

    await page.reload();
    await recipient.at(w.code);
    await recipient.enter(digits);
    await recipient.at(w.invitation);
    await recipient.button(w.connect).click();
    await recipient.at(w.meeting);
    await recipient.button(w.join).click();
    await expect(page).toHaveURL(invitation.room);
    expect(servers.answered[dying], 'it is gone').toBe(others);
    expect(await status(request, servers, invitation)).toBe('joined');
    // Nothing was sent twice by the two.
    expect(servers.mails.length).toBe(2);
  });
}

test('an identification with BankID goes on when a server dies', async ({
  page,
  request,
  phone,
  servers,
  javaScriptEnabled: scripts,
}) => {
  const invitation = await invite(request, servers, 'loa3', 'e-id');
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.toBankId();
  await servers.kill(0);
  await sign(phone, await scan(phone, recipient));
  // What it had in hand is taken over when its time is up.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(w.invitation, {
    timeout: 40_000,
  });
  expect(await status(request, servers, invitation)).toBe('identified');
});

/** Where the invitation stands, as the sender is told. */
async function status(request: APIRequestContext, servers: Servers, { id }: Invitation) {
  const headers = { authorization: `Bearer ${servers.token}` };
  const answer = await request.get(`/api/v1/meetings/${id}`, { headers });
  const meeting = (await answer.json()) as { recipients: { status: string }[] };
  return meeting.recipients[0]!.status;
}

/** Books a meeting that is going on, and reads the invitation. */
async function invite(
  request: APIRequestContext,
  servers: Servers,
  assurance: string,
  method: string,
): Promise<Invitation> {
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  const room = `${ROOMS}/rum/42`;
  const sender = { name: 'Kim Handläggare', email: 'kim@kommun.example', phone: '+46300834000' };
  const answer = await request.post('/api/v1/meetings', {
    headers: { authorization: `Bearer ${servers.token}` },
    data: {
      title: 'Uppföljningsmöte',
      starts_at: at(-60),
      ends_at: at(2700),
      organiser: sender,
      room: { kind: 'link', url: room },
      recipients: [{ name: 'Anna Andersson', email, assurance, method }],
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const { id } = (await answer.json()) as { id: string };
  const link = /http:\S+\/m\/[\w-]+/;
  const path = new URL((await textOf(servers, link)).match(link)![0]).pathname;
  return {
    id,
    email,
    phone: '',
    title: 'Uppföljningsmöte',
    sender: sender.name,
    language: 'sv',
    room,
    starts: new Date(at(-60)),
    mail: { channel: 'email', to: email, subject: '', text: '', html: '', links: [], sent_at: '' },
    path,
    token: path.split('/')[2]!,
  };
}

/** The text of the mail in which something stands, once it has come. */
async function textOf(servers: Servers, what: RegExp): Promise<string> {
  const found = () =>
    servers.mails.find((mail) => mail.to.includes(email) && what.test(mail.text))?.text;
  await expect.poll(() => found() !== undefined, `a mail with ${what}`).toBe(true);
  return found()!;
}
