// Devices that can't be used: each reason has its text, and the page recovers.
import type { Page } from '@playwright/test';
import { expectNoViolations } from '../axe.ts';
import { expect, test } from '../fixtures.ts';
import { book, Participant } from './people.ts';

/** Makes the browser answer every question for devices with an error, as it was seen in real ones. */
async function failing(page: Page, name: string, message: string) {
  await page.addInitScript(
    ([name, message]) => {
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      Object.assign(window, { fails: true });
      navigator.mediaDevices.getUserMedia = (wanted) =>
        (window as unknown as { fails: boolean }).fails
          ? Promise.reject(new DOMException(message, name))
          : real(wanted);
    },
    [name, message] as const,
  );
}

/** Lets the devices work from now on. */
async function mended(page: Page) {
  await page.evaluate(() => Object.assign(window, { fails: false }));
}

async function comes(page: Page, text: string, what = text) {
  const alert = page.getByRole('alert').filter({ hasText: text }).first();
  await expect(alert, what).toBeVisible();
}

test.describe('each reason has its own text', () => {
  test.slow();

  for (const [name, message, text] of [
    ['NotAllowedError', 'Permission denied', 'Webbläsaren får inte använda kameran. Tryck på symbolen till vänster'],
    ['NotAllowedError', 'Permission dismissed', 'Frågan om kameran stängdes utan svar'],
    ['NotAllowedError', 'Permission denied by system', 'Datorn eller telefonen låter inte webbläsaren använda kameran'],
    ['NotReadableError', 'Could not start video source', 'Kameran används av ett annat program'],
    ['NotFoundError', 'Requested device not found', 'Vi hittar ingen kamera'],
    ['UnknownError', '', 'Kameran startar inte'],
  ] as const) {
    test(`${name} ${message}`, async ({ context, request }) => {
      const meeting = await book(request, ['Anna Andersson']);
      const kim = await Participant.at(context, meeting.host);
      await failing(kim.page, name, message);
      await kim.open();
      await kim.button('Slå på kamera och mikrofon').click();
      await comes(kim.page, text);
      await expectNoViolations(kim.page, message);
      // The button is there to try again, and a sound can be played without any device.
      await expect(kim.button('Spela upp testljud')).toBeVisible();
      await mended(kim.page);
      await kim.button('Slå på kamera och mikrofon').click();
      await expect(kim.page.getByLabel('Din bild')).toBeVisible();
      await expect(kim.page.getByText(text)).toHaveCount(0);
    });
  }
});

test('a browser without devices is told so, and a page that is not secure', async ({ context, request }) => {
  const meeting = await book(request, ['Anna Andersson']);
  const kim = await Participant.at(context, meeting.host);
  await kim.page.addInitScript(() => {
    Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
  });
  await kim.open();
  await kim.button('Slå på kamera och mikrofon').click();
  await comes(kim.page, 'Den här webbläsaren klarar inte videomöten');
  await kim.page.addInitScript(() => {
    Object.defineProperty(window, 'isSecureContext', { value: false });
  });
  await kim.open();
  await kim.button('Slå på kamera och mikrofon').click();
  await comes(kim.page, 'Sidan är inte säker');
});

test('what was mended elsewhere works as soon as the page is back in sight', async ({ context, request }) => {
  const meeting = await book(request, ['Anna Andersson']);
  const kim = await Participant.at(context, meeting.host);
  await failing(kim.page, 'NotReadableError', 'Could not start video source');
  await kim.open();
  await kim.button('Slå på kamera och mikrofon').click();
  await comes(kim.page, 'Kameran används av ett annat program');
  await mended(kim.page);
  await kim.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(kim.page.getByLabel('Din bild')).toBeVisible();
});

test('a microphone that is on and silent is told so after eight seconds', async ({ context, request }) => {
  const meeting = await book(request, ['Anna Andersson']);
  const kim = await Participant.at(context, meeting.host);
  await kim.page.addInitScript(() => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await real(wanted);
      for (const track of stream.getAudioTracks()) track.enabled = false;
      return stream;
    };
  });
  await kim.open();
  await kim.button('Slå på kamera och mikrofon').click();
  await expect(kim.page.getByLabel('Din bild')).toBeVisible();
  await expect(
    kim.page.getByRole('alert').filter({ hasText: 'Mikrofonen är på men vi hör inget' }),
  ).toBeVisible({ timeout: 15_000 });
  await expectNoViolations(kim.page, 'silent');
});

test.describe('where the room does not start', () => {
  test.use({ forgiven: [/net::ERR_FAILED|Failed to (fetch|load)/] });

  test('the page says so, with a browser that works', async ({ context, request }) => {
    const meeting = await book(request, ['Anna Andersson']);
    const kim = await Participant.at(context, meeting.host);
    await context.route('**/*.wasm', (route) => route.abort());
    await kim.page.clock.install();
    await kim.open();
    const late = kim.page.getByText('Sidan kommer inte igång');
    await expect(late).toBeHidden();
    await kim.page.clock.fastForward(15_000);
    await expect(late).toBeVisible();
    await expectNoViolations(kim.page, 'late');
  });
});
