// What a sender and a mailbox do in the stories: meetings are booked and mails are read over the
// demo's addresses for testers.
import { randomUUID } from 'node:crypto';
import { type APIRequestContext, expect } from '@playwright/test';
import type { Language } from './words.ts';

/** Where rooms are. Nothing is fetched from there: the stories answer for it themselves. */
export const ROOMS = 'https://video.example';

/** The provider of OpenID Connect, which is at another site than the service. */
export const PROVIDER = `http://localhost:${process.env.ANSLUT_PROVIDER_PORT}`;

export interface Mail {
  channel: 'email' | 'sms';
  to: string;
  subject: string;
  text: string;
  html: string;
  links: string[];
  sent_at: string;
}

/** What a sender asks for; all of it has a value that does. */
export interface Wish {
  language?: Language;
  email?: string;
  title?: string;
  /** Seconds from now. */
  starts?: number;
  /** Seconds from now. */
  ends?: number;
  /** How the recipient is to identify; the level follows from it. */
  method?: 'email-code' | 'sms-code' | 'e-id';
  /** Who the e-identification must be of. */
  personalNumber?: string;
  /** Whether an e-identification may be used instead of a code. */
  allowEId?: boolean;
}

/** A booked meeting's invitation, as its recipient knows it. */
export interface Invitation {
  /** The meeting's id. */
  id: string;
  email: string;
  /** Where codes by SMS go. */
  phone: string;
  title: string;
  sender: string;
  language: Language;
  room: string;
  starts: Date;
  mail: Mail;
  /** The link's path. */
  path: string;
  token: string;
}

/** Who invitations by e-identification are for, and somebody else. */
export const CIA = { name: 'Cia Ceder', number: '199908072391' };
export const BO = { name: 'Bo Berg', number: '197311108711' };

const shown = { name: 'Kim Handläggare', email: 'kim@kommun.example', phone: '+46300834000' };

/** Books a meeting with one recipient, whose address nobody else has, and reads the invitation. */
export async function invite(request: APIRequestContext, wish: Wish = {}): Promise<Invitation> {
  const id = randomUUID();
  const language = wish.language ?? 'sv';
  const email = wish.email ?? `anna.${id}@example.org`;
  const title = wish.title ?? `Uppföljningsmöte ${id.slice(0, 8)}`;
  const method = wish.method ?? 'email-code';
  const phone = nextPhone();
  const room = `${ROOMS}/rum/${id}`;
  const starts = inSeconds(wish.starts ?? -60);
  const answer = await request.post('/dev/meetings', {
    data: {
      title,
      description: 'Vi går igenom planen.\n\nHa gärna dina frågor nedskrivna.',
      starts_at: starts.toISOString(),
      ends_at: inSeconds(wish.ends ?? (wish.starts ?? 0) + 2700).toISOString(),
      organiser: shown,
      room: { kind: 'link', url: room },
      recipients: [
        {
          name: 'Anna Andersson',
          email,
          assurance: method === 'e-id' ? 'loa3' : 'loa2',
          method,
          language,
          ...(method === 'sms-code' && { phone }),
          ...(wish.personalNumber && { personal_number: wish.personalNumber }),
          ...(wish.allowEId && { allow_e_id: true }),
        },
      ],
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const booked = (await answer.json()) as { id: string };
  const mail = await newest(request, email, (mail) => invitationLinks(mail).length > 0);
  const { pathname } = new URL(invitationLinks(mail)[0]!);
  const token = pathname.split('/')[2]!;
  return {
    id: booked.id,
    email,
    phone,
    title,
    sender: shown.name,
    language,
    room,
    starts,
    mail,
    path: pathname,
    token,
  };
}

/** The code in the newest mail to an address, once it has come. */
export async function code(request: APIRequestContext, email: string): Promise<string> {
  return codeIn(await newest(request, email, (mail) => codeIn(mail) !== ''));
}

/** The code in the newest text message to an invitation's phone, once it has come. */
export async function smsCode(request: APIRequestContext, invitation: Invitation) {
  // Earlier stories had the number too.
  const since = Date.parse(invitation.mail.sent_at);
  const own = (sms: Mail) => codeIn(sms) !== '' && Date.parse(sms.sent_at) >= since;
  const sms = await newest(request, invitation.phone, own);
  return { digits: codeIn(sms), sms };
}

/** A code of as many digits that is not this one. */
export function wrong(code: string): string {
  return String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');
}

/** Every mail to an address, newest first. */
export async function mails(request: APIRequestContext, email: string): Promise<Mail[]> {
  const answer = await request.get('/dev/outbox.json', { params: { to: email } });
  expect(answer.status()).toBe(200);
  return (await answer.json()) as Mail[];
}

/** The meeting's status of its one recipient. */
export async function status(request: APIRequestContext, id: string): Promise<string> {
  const answer = await request.get(`/dev/meetings/${id}`);
  const meeting = (await answer.json()) as { recipients: { status: string }[] };
  return meeting.recipients[0]!.status;
}

/** What has happened, as the sender is told of it: the newest event of that kind, once it is there. */
export async function event(request: APIRequestContext, id: string, kind: string) {
  let found: Record<string, unknown> | undefined;
  await expect
    .poll(async () => {
      const answer = await request.get(`/dev/meetings/${id}/events`);
      const events = (await answer.json()) as Record<string, unknown>[];
      found = events.reverse().find((event) => event['kind'] === kind);
      return found !== undefined;
    }, `an event ${kind}`)
    .toBe(true);
  return found!;
}

/** The newest mail to an address that is as asked for, once it has come. */
export async function newest(
  request: APIRequestContext,
  email: string,
  fits: (mail: Mail) => boolean = () => true,
): Promise<Mail> {
  let found: Mail | undefined;
  await expect
    .poll(async () => {
      found = (await mails(request, email)).find(fits);
      return found !== undefined;
    }, `a mail to ${email}`)
    .toBe(true);
  return found!;
}

/** The link of the code's mail back to the step for the code. */
export function linkBack(mail: Mail): string {
  return mail.links.map((link) => new URL(link).pathname).find((path) => path.endsWith('/code'))!;
}

let phones = 0;

/** A number that stories running at the same time don't have: of those that belong to nobody. */
function nextPhone(): string {
  const share = 19 * (Number(process.env.TEST_PARALLEL_INDEX ?? 0) % 5);
  return `+46701740${605 + share + (phones++ % 19)}`;
}

function codeIn(mail: Mail): string {
  return mail.text.match(/^\s*(\d{4,8})\s*$/m)?.[1] ?? '';
}

function invitationLinks(mail: Mail): string[] {
  return mail.links.filter((link) => /^\/m\/[^/]+$/.test(new URL(link).pathname));
}

/** A time that many seconds from now. */
export function inSeconds(seconds: number): Date {
  // Whole seconds, as people book.
  return new Date(Math.round(Date.now() / 1000 + seconds) * 1000);
}
