// Sound alone: by choice, and because the connection is too weak for pictures.
import type { BrowserContext, Page } from '@playwright/test';
import { expectNoViolations } from '../axe.ts';
import { expect, test } from '../fixtures.ts';
import { HOST, inside } from './people.ts';

test.slow();

/** Keeps the connections of the pages that are opened from now on, to read their statistics. */
async function keepConnections(context: BrowserContext) {
  await context.addInitScript(() => {
    const kept: RTCPeerConnection[] = [];
    Object.assign(window, { kept });
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        kept.push(this);
      }
    };
  });
}

/** Returns how many packets of sound, or frames of pictures, have come. */
const came = (page: Page, what: 'audio' | 'video') =>
  page.evaluate(async (kind) => {
    let came = 0;
    for (const connection of (window as never as { kept: RTCPeerConnection[] }).kept) {
      for (const report of (await connection.getStats()).values()) {
        // The server tries the way with packets that hold no picture.
        const own = report.type === 'inbound-rtp' && report.kind === kind;
        if (own) came += (kind === 'audio' ? report.packetsReceived : report.framesReceived) ?? 0;
      }
    }
    return came;
  }, what);

/** Asserts that no picture arrives any more, and that sound does. */
async function hearsOnly(page: Page) {
  let last = -1;
  const stands = async () => last === (last = await came(page, 'video'));
  await expect.poll(stands, { intervals: [1_500], timeout: 20_000 }).toBe(true);
  const heard = await came(page, 'audio');
  await expect.poll(() => came(page, 'audio')).toBeGreaterThan(heard);
}

test('with sound alone no picture is sent or received until it is released', async ({
  context,
  another,
  request,
}) => {
  const there = await another();
  await keepConnections(there);
  const { kim, anna } = await inside(request, [context, there]);
  await anna.sees(HOST);
  await anna.button('Inställningar').click();
  await anna.button('Bara ljud').click();
  await expect(anna.button('Bara ljud')).toHaveAttribute('aria-pressed', 'true');
  await expect(anna.button('Kamera')).toHaveAttribute('aria-pressed', 'false');
  await expect(kim.tile('Anna Andersson')).toHaveAccessibleName(/kameran avstängd/);
  await expect(anna.room).toContainText('Du har valt bara ljud.');
  await expect(anna.tile(HOST).locator('video')).toBeHidden();
  await hearsOnly(anna.page);
  await expectNoViolations(anna.page, 'sound only');

  await anna.button('Bara ljud').click();
  await expect(anna.button('Bara ljud')).toHaveAttribute('aria-pressed', 'false');
  await expect(anna.button('Kamera')).toHaveAttribute('aria-pressed', 'true');
  await expect(kim.tile('Anna Andersson')).not.toHaveAccessibleName(/kameran avstängd/);
  await anna.sees(HOST);
  await kim.sees('Anna Andersson');
});

test('who turns the camera on sees the others again', async ({ context, another, request }) => {
  const { kim, anna } = await inside(request, [context, await another()]);
  await anna.button('Inställningar').click();
  await anna.button('Bara ljud').click();
  await expect(kim.tile('Anna Andersson')).toHaveAccessibleName(/kameran avstängd/);
  await anna.button('Kamera').click();
  await expect(anna.button('Bara ljud')).toHaveAttribute('aria-pressed', 'false');
  await anna.sees(HOST);
  await kim.sees('Anna Andersson');
});
