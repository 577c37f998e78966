// The people of a meeting in a built-in room: a host and guests, each in a separate browser with a fake camera.
import { randomUUID } from 'node:crypto';
import { type APIRequestContext, type BrowserContext, expect, type Page } from '@playwright/test';
import { inSeconds, newest } from '../demo.ts';
import { identify } from '../fixtures.ts';

/** The sender, who leads the meeting. */
export const HOST = 'Kim Handläggare';

/** A person with a link. */
export interface Person {
  name: string;
  email: string;
  token: string;
  path: string;
}

/** A booked meeting and its people. */
export interface Meeting {
  id: string;
  host: Person;
  guests: Person[];
}

/** Books a meeting for these guests, in a room of a kind. Without a time, in seconds from now, it is open now. */
export async function book(
  request: APIRequestContext,
  names: string[],
  starts = -60,
  kind = 'builtin',
): Promise<Meeting> {
  const id = randomUUID();
  const host = { name: HOST, email: `kim.${id}@kommun.example`, phone: '+46300834000' };
  const guests = names.map((name, n) => ({ name, email: `guest${n}.${id}@example.org` }));
  const answer = await request.post('/dev/meetings', {
    data: {
      title: 'Uppföljningsmöte',
      starts_at: inSeconds(starts).toISOString(),
      ends_at: inSeconds(starts + 2_760).toISOString(),
      organiser: host,
      room: { kind },
      recipients: guests.map((guest) => ({ ...guest, assurance: 'loa2', method: 'email-code' })),
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const booked = (await answer.json()) as { id: string };
  const invited = await Promise.all([host, ...guests].map((person) => withLink(request, person)));
  return { id: booked.id, host: invited[0]!, guests: invited.slice(1) };
}

async function withLink(request: APIRequestContext, { name, email }: { name: string; email: string }) {
  const links = (texts: string[]) => texts.filter((link) => /\/m\/[\w-]{27}$/.test(link));
  const mail = await newest(request, email, (mail) => links(mail.links).length > 0);
  const path = new URL(links(mail.links)[0]!).pathname;
  return { name, email, path, token: path.split('/')[2]! };
}

/** Moves a meeting so that its room is open now. */
export async function moveToNow(request: APIRequestContext, meeting: Meeting) {
  const granted = await request.post('/dev/tokens', { data: { name: randomUUID() } });
  const { token } = (await granted.json()) as { token: string };
  const moved = await request.patch(`/api/v1/meetings/${meeting.id}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' },
    data: { starts_at: inSeconds(-60).toISOString(), ends_at: inSeconds(2_700).toISOString() },
  });
  expect(moved.status(), await moved.text()).toBe(200);
}

/** Somebody's page of the meeting. */
export class Participant {
  constructor(
    readonly page: Page,
    readonly person: Person,
  ) {}

  /** Identifies somebody in a browser, and opens the page of the meeting. */
  static async at(context: BrowserContext, person: Person, heading?: string) {
    await identify(context, { ...person, language: 'sv' } as never, true);
    const page = await context.newPage();
    const participant = new Participant(page, person);
    await participant.open(heading);
    return participant;
  }

  async open(heading = 'Kontrollera bild och ljud') {
    await this.page.goto(`/m/${this.person.token}/meeting`);
    await expect(this.heading(heading)).toBeVisible();
  }

  heading(name: string) {
    return this.page.getByRole('heading', { name, exact: true });
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** Goes to the waiting room, or for a host into the room, without a camera. */
  async joinWithoutCamera() {
    await this.button('Anslut utan kamera').click();
  }

  /** Turns on camera and microphone, and joins. */
  async join() {
    await this.button('Slå på kamera och mikrofon').click();
    await expect(this.page.getByLabel('Din bild')).toBeVisible();
    await this.button('Anslut till mötet').click();
  }

  get room() {
    return this.page.getByRole('main', { name: 'Mötet' });
  }

  async inside() {
    await expect(this.room).toBeVisible({ timeout: 15_000 });
  }

  /** Returns the tile of somebody else. */
  tile(name: string) {
    return this.room.getByRole('group', { name: new RegExp(`^${name}, `) });
  }

  /** Asserts that moving pictures of somebody arrive. */
  async sees(name: string) {
    const video = this.tile(name).locator('video');
    const frames = () =>
      video.evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
    const grows = (than: number) =>
      expect.poll(frames, { message: `${this.person.name} sees ${name}`, timeout: 20_000 }).toBeGreaterThan(than);
    await grows(5);
    await grows(await frames());
  }
}

/** Opens a meeting: the host and the first guest, both inside. */
export async function inside(
  request: APIRequestContext,
  contexts: [BrowserContext, BrowserContext],
  names = ['Anna Andersson'],
): Promise<{ meeting: Meeting; kim: Participant; anna: Participant }> {
  return roomOf(request, 'builtin', contexts, names);
}

/** The same in a room of a kind. */
export async function roomOf(
  request: APIRequestContext,
  kind: string,
  contexts: [BrowserContext, BrowserContext],
  names = ['Anna Andersson'],
): Promise<{ meeting: Meeting; kim: Participant; anna: Participant }> {
  const meeting = await book(request, names, -60, kind);
  const kim = await Participant.at(contexts[0], meeting.host);
  await kim.join();
  await kim.inside();
  const anna = await Participant.at(contexts[1], meeting.guests[0]!);
  await anna.join();
  await kim.button('Släpp in Anna Andersson').click();
  await anna.inside();
  await kim.sees('Anna Andersson');
  return { meeting, kim, anna };
}
