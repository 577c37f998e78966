// The sender and the mailboxes of the stories: books meetings and reads messages over the demo's addresses
// for testers.
import { randomUUID } from 'node:crypto';
import { type APIRequestContext, expect } from '@playwright/test';
import type { Language } from './texts.ts';

/** The origin of rooms. The stories answer its requests themselves. */
export const ROOMS = 'https://video.example';

/** `true` if the stories run on a demo that is running already: the one of `ANSLUT_URL`. */
const running = Boolean(process.env.ANSLUT_URL);

/** Skips stories on a running demo: it has no provider. */
export const providerless = [running, 'the demo of ANSLUT_URL has no provider'] as const;

/** Skips stories on a running demo: they start their own. */
export const ownDemo = [running, 'needs a demo of its own, not the one of ANSLUT_URL'] as const;

/** The names of the demo's OpenID Connect providers, as pages offer them. */
export const PROVIDERS = running ? [] : ['Exempel-id', 'Kommun-id', 'Vilande id'];

/** The origin of the providers, on another site than the service. */
export const PROVIDER = `http://localhost:${process.env.ANSLUT_PROVIDER_PORT}`;

/** A message of the outbox. */
export interface Mail {
  channel: 'email' | 'sms';
  to: string;
  /** `null` for an SMS. */
  subject: string | null;
  text: string;
  /** `null` for an SMS and for plain text. */
  html: string | null;
  links: string[];
  sent_at: string;
}

/** The sender's choices. Each has a default. */
export interface Wish {
  language?: Language;
  email?: string;
  title?: string;
  /** Seconds from now. */
  starts?: number;
  /** Seconds from now. */
  ends?: number;
  /** The recipient's method. The level follows from it. */
  method?: 'email-code' | 'sms-code' | 'e-id';
  /** The personal identity number that the e-ID must have. */
  personalNumber?: string;
  /** `true` if an e-ID may be used instead of a code. */
  allowEId?: boolean;
  /** The kind of room. A link if it is left out. */
  kind?: 'builtin' | 'jitsi';
}

/** The invitation of a booked meeting, as its recipient knows it. */
export interface Invitation {
  /** The meeting's id. */
  id: string;
  email: string;
  /** The phone number for codes by SMS. */
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

/** The recipient of invitations by e-ID, and another person. */
export const CIA = { name: 'Cia Ceder', number: '199908072391' };
export const BO = { name: 'Bo Berg', number: '197311108711' };

const shown = { name: 'Kim Handläggare', email: 'kim@kommun.example', phone: '+46300834000' };

/** Books a meeting with one recipient, who has a new address, and reads the invitation. */
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
      room: wish.kind ? { kind: wish.kind } : { kind: 'link', url: room },
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

/** Returns the code in the newest e-mail to an address, once it has arrived. */
export async function code(request: APIRequestContext, email: string): Promise<string> {
  return codeIn(await newest(request, email, (mail) => codeIn(mail) !== ''));
}

/** Returns the code in the newest SMS to an invitation's phone, once it has arrived. */
export async function smsCode(request: APIRequestContext, invitation: Invitation) {
  // Earlier stories used the number too.
  const since = Date.parse(invitation.mail.sent_at);
  const own = (sms: Mail) => codeIn(sms) !== '' && Date.parse(sms.sent_at) >= since;
  const sms = await newest(request, invitation.phone, own);
  return { digits: codeIn(sms), sms };
}

/** Returns a code of the same length that is not this one. */
export function wrong(code: string): string {
  return String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');
}

/** Returns every message to an address, newest first. */
export async function mails(request: APIRequestContext, email: string): Promise<Mail[]> {
  const answer = await request.get('/dev/outbox.json', { params: { to: email } });
  expect(answer.status()).toBe(200);
  return (await answer.json()) as Mail[];
}

/** Returns the status of the meeting's only recipient. */
export async function status(request: APIRequestContext, id: string): Promise<string> {
  const answer = await request.get(`/dev/meetings/${id}`);
  const meeting = (await answer.json()) as { recipients: { status: string }[] };
  return meeting.recipients[0]!.status;
}

/** Returns the newest event of this kind from the sender's view, once it exists. */
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

/** Returns the newest message to an address that fits, once it has arrived. */
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

/** Returns the link in a code's e-mail, which leads to the page for the code. */
export function linkBack(mail: Mail): string {
  return mail.links.map((link) => new URL(link).pathname).find((path) => path.endsWith('/code'))!;
}

let phones = 0;

/** Returns a phone number that concurrent stories don't use, from those that belong to nobody. */
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

/** Returns the time in this many seconds. */
export function inSeconds(seconds: number): Date {
  // Whole seconds, as people book.
  return new Date(Math.round(Date.now() / 1000 + seconds) * 1000);
}
