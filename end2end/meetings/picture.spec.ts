// The pictures of a camera, and what keeps them from flowing.
import type { Locator } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { book, HOST, Participant } from './people.ts';

test.slow();

/** Finds an element of a picture, and returns a check that it is gone and has left its picture. */
async function watched(place: Locator) {
  await expect.poll(() => place.evaluate((it: HTMLVideoElement) => it.srcObject !== null)).toBe(true);
  const element = await place.elementHandle();
  const state = () =>
    element!.evaluate((it) => ({
      shown: it.isConnected,
      holds: (it as HTMLVideoElement).srcObject !== null,
    }));
  return () => expect.poll(state).toEqual({ shown: false, holds: false });
}

// Chromium drops the frames of a camera while all its buffers are held. Each element that is gone can hold one.
test('a picture that is gone from the page holds no frame of the camera', async ({
  context,
  another,
  request,
}) => {
  const meeting = await book(request, ['Anna Andersson']);
  const anna = await Participant.at(context, meeting.guests[0]!);
  await anna.button('Slå på kamera och mikrofon').click();
  const inCheck = await watched(anna.page.getByLabel('Din bild'));
  await anna.button('Anslut till mötet').click();
  await expect(anna.heading('Väntrum')).toBeVisible();
  await inCheck();
  const inWaitingRoom = await watched(anna.page.getByLabel('Din bild'));

  const kim = await Participant.at(await another(), meeting.host);
  await kim.join();
  await kim.button('Släpp in Anna Andersson').click();
  await anna.inside();
  await inWaitingRoom();
  await anna.sees(HOST);
  await kim.sees('Anna Andersson');

  const own = await watched(anna.room.locator('.tile.own video'));
  const others = await watched(anna.tile(HOST).locator('video'));
  const atHost = await watched(kim.tile('Anna Andersson').locator('video'));
  await anna.button('Lämna mötet').click();
  for (const gone of [own, others, atHost]) await gone();
});
