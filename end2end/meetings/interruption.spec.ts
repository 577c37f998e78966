// Interruptions: a phone call that takes the devices away, a sound that may not start, and a page that is hidden.
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { HOST, inside } from './people.ts';

test.slow();

/** Keeps the tracks of the pages that are opened from now on. */
async function keepTracks(context: BrowserContext) {
  await context.addInitScript(() => {
    const kept: MediaStreamTrack[] = [];
    Object.assign(window, { kept });
    // The empty page before the first has none.
    const devices = navigator.mediaDevices;
    if (!devices) return;
    const take = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wishes) => {
      const stream = await take(wishes);
      kept.push(...stream.getTracks());
      return stream;
    };
  });
}

/** Does to all tracks that are kept what an interruption does. */
const interrupt = (page: Page, how: 'end' | 'mute') =>
  page.evaluate((how) => {
    const { kept } = window as never as { kept: MediaStreamTrack[] };
    for (const track of kept.splice(0)) {
      if (how === 'end') track.stop();
      else Object.defineProperty(track, 'muted', { value: true });
    }
  }, how);

/** Returns the kinds of the tracks that were taken since. */
const taken = (page: Page) =>
  page.evaluate(() =>
    (window as never as { kept: MediaStreamTrack[] }).kept.map((track) => track.kind).sort(),
  );

for (const how of ['end', 'mute'] as const) {
  test(`devices that an interruption takes away are taken anew (${how})`, async ({
    context,
    another,
    request,
  }) => {
    const there = await another();
    await keepTracks(there);
    const { kim, anna } = await inside(request, [context, there]);
    await interrupt(anna.page, how);
    await expect.poll(() => taken(anna.page), { timeout: 15_000 }).toEqual(['audio', 'video']);
    await kim.sees('Anna Andersson');
    for (const name of ['Kamera', 'Mikrofon']) {
      await expect(anna.button(name)).toHaveAttribute('aria-pressed', 'true');
    }
  });
}

test('a device that does not come back is reported, and the others see it', async ({
  context,
  another,
  request,
}) => {
  const there = await another();
  await keepTracks(there);
  const { kim, anna } = await inside(request, [context, there]);
  await anna.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'));
  });
  await interrupt(anna.page, 'end');
  await expect(anna.room.getByRole('alert').filter({ hasText: 'Mikrofonen stängdes av.' })).toBeVisible();
  await expect(anna.button('Mikrofon')).toHaveAttribute('aria-pressed', 'false');
  await expect(kim.tile('Anna Andersson')).toHaveAccessibleName(/mikrofonen avstängd, kameran avstängd/);
});

test('a sound that may not start by itself starts with one press', async ({
  context,
  another,
  request,
}) => {
  const there = await another();
  await there.addInitScript(() => {
    let pressed = false;
    const press = ({ target }: Event) => (pressed ||= (target as Element).matches('.hear'));
    addEventListener('click', press, true);
    const play = HTMLAudioElement.prototype.play;
    HTMLAudioElement.prototype.play = function () {
      const refused = new DOMException('', 'NotAllowedError');
      return pressed ? play.call(this) : Promise.reject(refused);
    };
  });
  const { anna } = await inside(request, [context, there]);
  await anna.sees(HOST);
  await anna.button('Tryck för att höra').click();
  await expect(anna.button('Tryck för att höra')).toHaveCount(0);
});

test('the screen is kept on, and again when the page comes back', async ({ context, another, request }) => {
  const there = await another();
  await there.addInitScript(() => {
    Object.assign(window, { wakes: 0 });
    if (!navigator.wakeLock) return;
    navigator.wakeLock.request = () => {
      (window as never as { wakes: number }).wakes += 1;
      return Promise.reject(new DOMException('', 'NotAllowedError'));
    };
  });
  const { anna } = await inside(request, [context, there]);
  const wakes = () => anna.page.evaluate(() => (window as never as { wakes: number }).wakes);
  await expect.poll(wakes).toBe(1);
  await anna.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect.poll(wakes).toBe(2);
});
