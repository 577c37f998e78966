// Bad networks: what each person reads, and that sound and picture continue or come back.
import { expect } from '../fixtures.ts';
import { allArrives, arrived, arrives, browsers, measured, meet, test } from './network.ts';
import { book, HOST, Participant } from './people.ts';

test.slow();

const BROKEN = 'Anslutningen bröts. Vi ansluter dig igen.';
const BLOCKED = /Prova ett annat nät, till exempel mobilens, eller ring/;

/** Asserts again and again that something holds, for a time in milliseconds. */
async function holds(milliseconds: number, check: () => Promise<void>) {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) await check();
}

for (const [seconds, bound] of [[5, 2_000], [12, 4_000]] as const) {
  test(`a cut of ${seconds} seconds is told to both sides and mended`, async ({ another, network, request }) => {
    const { kim, anna } = await meet(request, network, another);
    await allArrives([kim, anna]);
    const began = Date.now();
    const since = () => Date.now() - began;
    network.guests.cut = true;
    const [told, read] = await Promise.all([
      expect(kim.tile('Anna Andersson')).toHaveAccessibleName(/tappade anslutningen/).then(since),
      expect(anna.page.getByRole('alert').filter({ hasText: BROKEN })).toBeVisible().then(since),
    ]);
    measured('the other reads that the connection broke', told, 4_000);
    measured('who is cut off reads so', read, 4_000);
    await expect.poll(since, { intervals: [50], timeout: 20_000 }).toBeGreaterThan(seconds * 1_000);
    network.guests.cut = false;
    const [back, seen] = await Promise.all([arrives(anna, 'frames'), arrives(kim, 'frames')]);
    measured('pictures back at who was cut off', back, bound);
    measured('pictures back at the other', seen, bound);
    await expect(anna.page.getByText(BROKEN)).toHaveCount(0);
    await expect(kim.tile('Anna Andersson')).not.toHaveAccessibleName(/tappade anslutningen/);
    await allArrives([kim, anna]);
  });
}

test('with a tenth of all packets lost, pictures and sound continue', async ({ another, network, request }) => {
  const { kim, anna } = await meet(request, network, another);
  network.guests.loss = 0.1;
  await holds(5_000, async () => {
    await allArrives([kim, anna]);
    await expect(anna.page.getByText(BROKEN)).toHaveCount(0);
  });
});

test('at 200 kbit/s the pictures yield to the sound', async ({ another, network, request }) => {
  const { kim, anna } = await meet(request, network, another);
  const height = async () => (await arrived(anna.page)).height;
  await expect.poll(height, { timeout: 20_000 }).toBeGreaterThan(200);
  network.guests.rate = 200_000;
  const began = Date.now();
  // Pictures are small, or none come.
  for (const who of [anna, kim]) {
    const yields = async () => {
      const before = await arrived(who.page);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const { height, frames } = await arrived(who.page);
      return height <= 180 || frames === before.frames;
    };
    await expect.poll(yields, { message: `pictures at ${who.person.name}`, timeout: 30_000 }).toBe(true);
  }
  // All that is sent fits the way.
  const fits = async () => {
    const before = network.guests.overflowed;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return network.guests.overflowed - before;
  };
  await expect.poll(fits, { timeout: 30_000 }).toBe(0);
  measured('what is sent fits the way', Date.now() - began, 30_000);
  const before = await Promise.all([arrived(anna.page), arrived(kim.page)]);
  await holds(4_000, () => allHear([kim, anna]));
  const after = await Promise.all([arrived(anna.page), arrived(kim.page)]);
  for (const [place, now] of after.entries()) {
    const played = now.played - before[place]!.played;
    expect((now.madeUp - before[place]!.madeUp) / played, 'sound that was made up').toBeLessThan(0.1);
  }
  await expect(anna.page.getByText(BROKEN)).toHaveCount(0);
});

async function allHear(people: Participant[]) {
  for (const who of people) await arrives(who, 'energy');
}

test('where UDP is blocked, TCP takes over', async ({ another, network, request }) => {
  network.guests.udpBlocked = true;
  const { kim, anna } = await meet(request, network, another);
  await allArrives([kim, anna]);
  expect((await arrived(anna.page)).way).toBe('tcp');
  expect((await arrived(kim.page)).way).toBe('udp');
});

test('where UDP is blocked during a meeting, TCP takes over', async ({ another, network, request }) => {
  const { kim, anna } = await meet(request, network, another);
  await allArrives([kim, anna]);
  network.guests.udpBlocked = true;
  const began = Date.now();
  await expect.poll(async () => (await arrived(anna.page)).way, { timeout: 40_000 }).toBe('tcp');
  await Promise.all([arrives(anna, 'frames'), arrives(kim, 'frames')]);
  measured('pictures over TCP', Date.now() - began, 12_000);
  await allArrives([kim, anna]);
});

test('where all media are blocked, check and meeting say so, until something passes', async ({
  another,
  network,
  request,
}) => {
  const [hers, annas] = await browsers(network, another);
  const meeting = await book(request, ['Anna Andersson']);
  const kim = await Participant.at(hers, meeting.host);
  await kim.join();
  await kim.inside();

  Object.assign(network.guests, { udpBlocked: true, tcpBlocked: true });
  const anna = await Participant.at(annas, meeting.guests[0]!);
  let began = Date.now();
  await expect(anna.page.getByText(BLOCKED)).toBeVisible({ timeout: 20_000 });
  measured('the check says that nothing passes', Date.now() - began, 15_000);
  await anna.join();
  const waiting = kim.page.getByRole('list', { name: 'Väntar' });
  await expect(waiting.getByRole('listitem')).toContainText(['Anslutningen fungerar inte']);
  await kim.button('Släpp in Anna Andersson').click();
  await anna.inside();
  began = Date.now();
  await expect(anna.page.getByRole('alert').filter({ hasText: BLOCKED })).toBeVisible({ timeout: 30_000 });
  measured('the meeting says that nothing passes', Date.now() - began, 20_000);

  network.guests.tcpBlocked = false;
  await anna.sees(HOST);
  await kim.sees('Anna Andersson');
  await expect(anna.page.getByText(BLOCKED)).toHaveCount(0);
});

test('pictures and sound arrive at both, and who vanishes is told to the other within three seconds', async ({
  another,
  network,
  request,
}) => {
  const { kim, anna } = await meet(request, network, another);
  await allArrives([kim, anna]);
  expect((await arrived(anna.page)).way).toBe('udp');
  const crashed = anna.page.waitForEvent('crash');
  const began = Date.now();
  anna.page.goto('chrome://crash').catch(() => {});
  await crashed;
  await expect(kim.tile('Anna Andersson')).toHaveAccessibleName(/tappade anslutningen/);
  measured('the other reads that somebody vanished', Date.now() - began, 3_000);
  await anna.page.close();
});
