// A shared screen.
import { expectNoViolations } from '../axe.ts';
import { expect, test } from '../fixtures.ts';
import { HOST, inside } from './people.ts';

test.slow();

test('a shared screen is large for the others, until it is shared no more', async ({
  context,
  another,
  request,
}) => {
  const { kim, anna } = await inside(request, [context, await another()]);
  await kim.button('Dela skärm').click();
  await expect(kim.button('Dela skärm')).toHaveAttribute('aria-pressed', 'true');
  const screen = anna.room.getByRole('group', { name: `Skärm från ${HOST}` });
  await expect(screen.locator('video')).toBeVisible();
  const frames = () =>
    screen
      .locator('video')
      .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
  await expect.poll(frames, { timeout: 20_000 }).toBeGreaterThan(2);
  const shared = (await screen.boundingBox())!;
  const tile = (await anna.tile(HOST).first().boundingBox())!;
  expect(shared.width * shared.height).toBeGreaterThan(tile.width * tile.height);
  await expectNoViolations(anna.page, 'shared screen');
  await anna.sees(HOST);

  await kim.button('Dela skärm').click();
  await expect(kim.button('Dela skärm')).toHaveAttribute('aria-pressed', 'false');
  await expect(screen).toHaveCount(0);
});
