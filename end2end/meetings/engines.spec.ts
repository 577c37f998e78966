// One suite for each engine of the media: what people do in a room is the same.
import { expect } from '../fixtures.ts';
import { test } from './livekit.ts';
import { book, HOST, Participant, roomOf } from './people.ts';

test.slow();

for (const engine of ['builtin', 'livekit'] as const) {
  test.describe(engine, () => {
    test('a host and a guest see and read each other, and turn cameras off and on', async ({
      context,
      another,
      request,
    }) => {
      const { kim, anna } = await roomOf(request, engine, [context, await another()]);
      await anna.sees(HOST);
      await expect(kim.tile('Anna Andersson')).toHaveAccessibleName(/^(?!.*kamera)/);

      await anna.button('Kamera').click();
      await expect(kim.tile('Anna Andersson').locator('video')).toBeHidden();
      await anna.button('Kamera').click();
      await kim.sees('Anna Andersson');

      await kim.button('Text').click();
      await kim.page.getByRole('textbox', { name: 'Skriv' }).pressSequentially('Välkommen');
      await expect(anna.page.getByRole('log', { name: 'Textsamtal' })).toContainText('Välkommen');
      await anna.button('Räck upp handen').click();
      await expect(kim.tile('Anna Andersson')).toHaveAccessibleName(/hand/);
    });

    test('sound arrives, and ends when the host turns it off', async ({ context, another, request }) => {
      const guest = await another();
      await guest.addInitScript(keepAudio);
      const { kim, anna } = await roomOf(request, engine, [context, guest]);
      await expect.poll(() => anna.page.evaluate(heard), { timeout: 20_000 }).toBeGreaterThan(0);
      await expect(kim.tile('Anna Andersson')).not.toHaveAccessibleName(/mikrofonen är av/i);
      await kim.button('Deltagare').click();
      await kim.button('Stäng av mikrofonen för Anna Andersson').click();
      await expect(anna.button('Mikrofon')).toHaveAttribute('aria-pressed', 'false');
    });

    test('a shared screen is seen until it is shared no more', async ({ context, another, request }) => {
      const { kim, anna } = await roomOf(request, engine, [context, await another()]);
      await kim.button('Dela skärm').click();
      const screen = anna.room.getByRole('group', { name: `Skärm från ${HOST}` });
      const frames = () =>
        screen
          .locator('video')
          .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
      await expect(screen.locator('video')).toBeVisible();
      await expect.poll(frames, { timeout: 20_000 }).toBeGreaterThan(2);
      await kim.button('Dela skärm').click();
      await expect(screen).toHaveCount(0);
    });

    test('who leaves comes back, and who is removed does not', async ({ context, another, request }) => {
      const { kim, anna } = await roomOf(request, engine, [context, await another()]);
      await anna.button('Lämna mötet').click();
      await expect(kim.tile('Anna Andersson')).toHaveCount(0);
      await anna.button('Gå in i mötet igen').click();
      await anna.join();
      await anna.inside();
      await kim.sees('Anna Andersson');
      await kim.button('Ta bort Anna Andersson').click();
      await expect(anna.heading('Du är inte kvar i mötet')).toBeVisible();
      await expect(kim.tile('Anna Andersson')).toHaveCount(0);
      await kim.inside();
    });

    test('the connection is tried before', async ({ context, request }) => {
      const meeting = await book(request, ['Anna Andersson'], -60, engine);
      const anna = await Participant.at(context, meeting.guests[0]!);
      await expect(anna.page.getByText('Anslutningen till mötet fungerar')).toBeVisible({ timeout: 15_000 });
    });
  });
}

/** Keeps the elements that play sound. */
function keepAudio() {
  const played: HTMLMediaElement[] = [];
  const play = HTMLAudioElement.prototype.play;
  HTMLAudioElement.prototype.play = function (this: HTMLMediaElement) {
    played.push(this);
    return play.call(this);
  };
  Object.assign(window, { played });
}

/** Returns the number of live tracks of sound that are played. */
function heard() {
  const { played } = window as unknown as { played: HTMLMediaElement[] };
  const tracks = played.flatMap((it) => (it.srcObject as MediaStream | null)?.getAudioTracks() ?? []);
  return tracks.filter((track) => track.readyState === 'live' && !track.muted).length;
}
