// A room at LiveKit: what its client sends there, and what people read if LiveKit fails.
import { expectNoViolations } from '../axe.ts';
import { expect } from '../fixtures.ts';
import { test } from './livekit.ts';
import { book, HOST, Participant, roomOf } from './people.ts';

test.beforeEach(({ forgiven }) => {
  // Connections that LiveKit refuses.
  forgiven.push(/status of 40\d/, /net::ERR_/, /WebSocket connection to/);
});

test.slow();

test('the client shows a token with the name that others read, and nothing else of the person', async ({
  context,
  another,
  request,
  livekit,
}) => {
  const addresses: string[] = [];
  const guest = await another();
  guest.on('request', (it) => addresses.push(it.url()));
  const { meeting, kim, anna } = await roomOf(request, 'livekit', [context, guest]);
  const [first, second] = livekit.firsts.filter(({ claims }) => claims.name);
  expect(first!.claims.name).toBe(HOST);
  expect(second!.path).toBe('/rtc');
  expect(second!.claims.name).toBe('Anna Andersson');
  expect(second!.claims.video!.room).toBe(first!.claims.video!.room);
  expect(second!.claims.video).toMatchObject({ roomJoin: true, canPublishData: false });
  expect(JSON.stringify(second!.claims)).not.toContain('@');
  expect(JSON.stringify(second!.claims)).not.toContain(meeting.id);
  // Our own addresses hold no token.
  expect(addresses.filter((it) => !it.includes(livekit.origin) && it.includes('eyJ'))).toEqual([]);
  await expectNoViolations(anna.page, 'room at LiveKit');

  const identity = second!.claims.sub!;
  livekit.speaks(identity);
  await expect(kim.tile('Anna Andersson')).toHaveClass(/speaks/);
});

test('one who is taken out can use the token no more, and the others go on in another room', async ({
  context,
  another,
  request,
  livekit,
}) => {
  const meeting = await book(request, ['Anna Andersson', 'Bo Berg'], -60, 'livekit');
  const kim = await Participant.at(context, meeting.host);
  await kim.join();
  await kim.inside();
  const guests: Participant[] = [];
  for (const guest of meeting.guests) {
    const person = await Participant.at(await another(), guest);
    await person.join();
    await kim.button(`Släpp in ${guest.name}`).click();
    await person.inside();
    guests.push(person);
  }
  const [anna, bo] = guests as [Participant, Participant];
  await bo.sees('Anna Andersson');
  await bo.sees(HOST);
  const room = (name: string) => livekit.firsts.findLast((it) => it.claims.name === name)!.claims.video!.room;
  const old = room('Anna Andersson');
  await kim.button('Ta bort Anna Andersson').click();
  await expect(anna.heading('Du är inte kvar i mötet')).toBeVisible();
  await expect.poll(() => room('Bo Berg')).not.toBe(old);
  await bo.inside();
  await bo.sees(HOST);
  await kim.sees('Bo Berg');
  await expect.poll(() => livekit.inside.length).toBe(2);
});

for (const manner of ['refuses', 'nonsense', 'silent'] as const) {
  test(`if LiveKit ${manner}, a guest reads whom to call, within ten seconds`, async ({
    context,
    another,
    request,
    livekit,
  }) => {
    const meeting = await book(request, ['Anna Andersson'], -60, 'livekit');
    const kim = await Participant.at(context, meeting.host);
    await kim.joinWithoutCamera();
    await kim.inside();
    const anna = await Participant.at(await another(), meeting.guests[0]!);
    await anna.joinWithoutCamera();
    await expect(anna.heading('Väntrum')).toBeVisible();
    livekit.manner = manner;
    await kim.button('Släpp in Anna Andersson').click();
    await expect(anna.heading('Mötet går inte att öppna just nu')).toBeVisible({ timeout: 10_000 });
    await expect(anna.page.locator('a[href^="tel:"]').filter({ visible: true })).toHaveCount(1);
    await expectNoViolations(anna.page, 'LiveKit fails');
    livekit.manner = 'right';
    await anna.button('Prova anslutningen igen').click();
    await anna.joinWithoutCamera();
    await anna.inside();
    await expect(kim.tile('Anna Andersson')).toBeVisible();
  });
}

test('if LiveKit is down, the check says so and the room too', async ({ context, request, livekit }) => {
  const meeting = await book(request, ['Anna Andersson'], -60, 'livekit');
  livekit.stop();
  const kim = await Participant.at(context, meeting.host);
  await expect(kim.page.getByText('Ljud och bild kommer inte fram')).toBeVisible({ timeout: 15_000 });
  await kim.joinWithoutCamera();
  await expect(kim.heading('Mötet går inte att öppna just nu')).toBeVisible({ timeout: 10_000 });
});
