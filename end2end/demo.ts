// What a sender and a mailbox do in the stories: meetings are booked and mails are read over the
// demo's addresses for testers.
import { randomUUID } from 'node:crypto';
import { type APIRequestContext, expect } from '@playwright/test';
import type { Language } from './words.ts';

/** Where rooms are. Nothing is fetched from there: the stories answer for it themselves. */
export const ROOMS = 'https://video.example';

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  links: string[];
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
}

/** A booked meeting's invitation, as its recipient knows it. */
export interface Invitation {
  /** The meeting's id. */
  id: string;
  email: string;
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

const shown = { name: 'Kim Handläggare', email: 'kim@kommun.example', phone: '+46300834000' };

/** Books a meeting with one recipient, whose address nobody else has, and reads the invitation. */
export async function invite(request: APIRequestContext, wish: Wish = {}): Promise<Invitation> {
  const id = randomUUID();
  const language = wish.language ?? 'sv';
  const email = wish.email ?? `anna.${id}@example.org`;
  const title = wish.title ?? `Uppföljningsmöte ${id.slice(0, 8)}`;
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
        { name: 'Anna Andersson', email, assurance: 'loa2', method: 'email-code', language },
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

function codeIn(mail: Mail): string {
  return mail.text.match(/^\s*(\d{4,8})\s*$/m)?.[1] ?? '';
}

function invitationLinks(mail: Mail): string[] {
  return mail.links.filter((link) => /^\/m\/[^/]+$/.test(new URL(link).pathname));
}

function inSeconds(seconds: number): Date {
  // Whole seconds, as people book.
  return new Date(Math.round(Date.now() / 1000 + seconds) * 1000);
}
