// Fixtures for the stories on several servers: two servers behind a proxy, a sender who books over the API,
// and the mail that has arrived.
import { randomUUID } from 'node:crypto';
import type { APIRequestContext, BrowserContext } from '@playwright/test';
import { inSeconds, type Invitation, ROOMS } from './demo.ts';
import { startServers } from './servers.mjs';
import { expect, test as base } from './fixtures.ts';

/** The simulated BankID, which outlives the servers. */
const DEMO = `http://127.0.0.1:${process.env.ANSLUT_DEMO_PORT}`;

const EMAIL = 'anna@example.org';

export const test = base.extend<{ sender: Sender; phone: APIRequestContext }>({
  sender: [
    async ({ playwright }, use) => {
      const servers = await startServers(`${DEMO}/dev/bankid/rp/v6.0`);
      const api = await playwright.request.newContext({
        baseURL: servers.url,
        extraHTTPHeaders: { authorization: `Bearer ${servers.token}` },
      });
      await use(new Sender(servers, api));
      await api.dispose();
      await servers.stop();
    },
    { timeout: 90_000 },
  ],
  baseURL: async ({ sender }, use) => use(sender.servers.url),
  phone: async ({ playwright }, use) => {
    const phone = await playwright.request.newContext({ baseURL: DEMO });
    await use(phone);
    await phone.dispose();
  },
});

interface Meeting {
  recipients: { id: string; status: string }[];
}

/** A sender of invitations, with the mail that has arrived. */
class Sender {
  constructor(
    readonly servers: Awaited<ReturnType<typeof startServers>>,
    private readonly api: APIRequestContext,
  ) {}

  /** Books a meeting that has started, and reads the invitation. */
  async invite(assurance = 'loa2', method = 'email-code'): Promise<Invitation> {
    const room = `${ROOMS}/rum/42`;
    const starts = inSeconds(-60);
    const sender = { name: 'Kim Handläggare', email: 'kim@kommun.example', phone: '+46300834000' };
    const answer = await this.api.post('/api/v1/meetings', {
      data: {
        title: 'Uppföljningsmöte',
        starts_at: starts.toISOString(),
        ends_at: inSeconds(2700).toISOString(),
        organiser: sender,
        room: { kind: 'link', url: room },
        recipients: [{ name: 'Anna Andersson', email: EMAIL, assurance, method }],
      },
    });
    expect(answer.status(), await answer.text()).toBe(201);
    const { id } = (await answer.json()) as { id: string };
    const path = await this.link(EMAIL);
    return {
      id,
      email: EMAIL,
      phone: '',
      title: 'Uppföljningsmöte',
      sender: sender.name,
      language: 'sv',
      room,
      starts,
      mail: { channel: 'email', to: EMAIL, subject: '', text: '', html: '', links: [], sent_at: '' },
      path,
      token: path.split('/')[2]!,
    };
  }

  /** Books a meeting in a built-in room that has started. Returns its host and its guest. */
  async meet() {
    const people = ['Kim Handläggare', 'Anna Andersson'].map((name, n) => ({
      name,
      email: `person${n}.${randomUUID()}@example.org`,
    }));
    const [host, guest] = people;
    const answer = await this.api.post('/api/v1/meetings', {
      data: {
        title: 'Uppföljningsmöte',
        starts_at: inSeconds(-60).toISOString(),
        ends_at: inSeconds(2700).toISOString(),
        organiser: { ...host, phone: '+46300834000' },
        room: { kind: 'builtin' },
        recipients: [{ ...guest, assurance: 'loa2', method: 'email-code' }],
      },
    });
    expect(answer.status(), await answer.text()).toBe(201);
    const withLink = async (person: (typeof people)[number]) => {
      const path = await this.link(person.email);
      return { ...person, path, token: path.split('/')[2]! };
    };
    return { host: await withLink(host!), guest: await withLink(guest!) };
  }

  /** Identifies somebody with an invitation in a browser. */
  async identify(context: BrowserContext, { token, email }: { token: string; email: string }) {
    const post = async (call: string, more = {}) => {
      const answer = await context.request.post(`/do/${call}`, { form: { invitation: token, ...more } });
      expect(answer.status(), call).toBe(200);
    };
    await post('begin');
    await post('address', { email });
    await post('code', { code: await this.code(email) });
    await post('enter');
  }

  /** Changes a meeting. */
  async change({ id }: Invitation, change: object) {
    const answer = await this.api.patch(`/api/v1/meetings/${id}`, { data: change });
    expect(answer.status(), await answer.text()).toBe(200);
  }

  /** Cancels a meeting. */
  async cancel({ id }: Invitation) {
    expect((await this.api.delete(`/api/v1/meetings/${id}`)).status()).toBe(204);
  }

  /** Returns the only recipient from the API. */
  async recipient({ id }: Invitation) {
    const answer = await this.api.get(`/api/v1/meetings/${id}`);
    return ((await answer.json()) as Meeting).recipients[0]!;
  }

  /** Returns the path of the link in the newest e-mail that has one, once it has arrived. */
  async link(to: string) {
    const link = /http:\S+\/m\/[\w-]+/;
    return new URL((await this.textOf(to, link)).match(link)![0]).pathname;
  }

  /** Returns the code in the newest e-mail that has one, once it has arrived. */
  async code(to: string) {
    const line = /^\s*(\d{4})\s*$/m;
    return (await this.textOf(to, line)).match(line)![1]!;
  }

  /** Returns the text of the newest e-mail that matches, once it has arrived. */
  async textOf(to: string, what: RegExp): Promise<string> {
    const found = () =>
      this.servers.mails.findLast((mail) => mail.to.includes(to) && what.test(mail.text))?.text;
    await expect
      .poll(() => found() !== undefined, { message: `a mail with ${what}`, timeout: 60_000 })
      .toBe(true);
    return found()!;
  }
}
