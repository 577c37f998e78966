// Another browser: Firefox and Chromium in one room.
import { networkInterfaces } from 'node:os';
import { type BrowserContext, request as requests } from '@playwright/test';
import puppeteer from 'puppeteer-core';
import { expect, identify, test as base } from '../fixtures.ts';
import { firefox as find, startDemo } from '../start-servers.mjs';
import { arrived, observe } from './network.ts';
import { book, HOST, Participant } from './people.ts';

/** An address of this machine beside loopback. Firefox has no media on that. */
const address = Object.values(networkInterfaces())
  .flat()
  .find((it) => it?.family === 'IPv4' && !it.internal)?.address;

const test = base.extend({
  baseURL: async ({}, use) => {
    const demo = await startDemo(undefined, { ANSLUT_ROOM__LISTEN: `${address}:0` }, 'ignore');
    await use(demo.url);
    await demo.stop();
  },
});

test.slow();
test.skip(!address, 'Firefox takes part over no loopback address, and this machine has no other one');

test('Firefox and Chromium see and hear each other', async ({ baseURL, context, request }) => {
  // Playwright's own Firefox is not Debian's, and Playwright asks that one for what only newer ones know.
  const firefox = await puppeteer.launch({
    browser: 'firefox',
    executablePath: find(),
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'intl.accept_languages': 'sv',
    },
  });
  try {
    const meeting = await book(request, ['Anna Andersson']);
    const kim = await Participant.at(context, meeting.host);
    await kim.join();
    await kim.inside();

    const anna = meeting.guests[0]!;
    const identified = await requests.newContext({ baseURL });
    await identify({ request: identified } as BrowserContext, { ...anna, language: 'sv' } as never, true);
    const page = await firefox.newPage();
    for (const { name, value, path } of (await identified.storageState()).cookies) {
      await page.browserContext().setCookie({ name, value, path, domain: '127.0.0.1', httpOnly: true });
    }
    await page.evaluateOnNewDocument(observe, { from: 0, to: 0, relayed: false });
    await page.goto(`${baseURL}/m/${anna.token}/meeting`);
    await page.locator('::-p-text(Slå på kamera och mikrofon)').click();
    await page.locator('video').wait();
    await page.locator('::-p-text(Anslut till mötet)').click();
    await kim.button('Släpp in Anna Andersson').click();

    await kim.sees('Anna Andersson');
    for (const kind of ['frames', 'energy'] as const) {
      const more = async () => (await arrived(page))[kind];
      await expect.poll(more, { message: `${kind} of ${HOST}`, timeout: 20_000 }).toBeGreaterThan(0);
    }
    await expect(kim.tile('Anna Andersson')).not.toHaveAccessibleName(/tappade anslutningen/);
  } finally {
    await firefox.close();
  }
});
