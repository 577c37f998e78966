// The test of camera, microphone and connection, days before the meeting.
import type { BrowserContext, Page } from '@playwright/test';
import { expectNoViolations } from '../axe.ts';
import { expect, identify, test } from '../fixtures.ts';
import { book, moveToNow, Participant, type Person } from './people.ts';

const DAYS = 3 * 86_400;

/** Identifies somebody, and opens the test from the invitation. */
async function toTest(context: BrowserContext, person: Person): Promise<Page> {
  await identify(context, { ...person, language: 'sv' } as never);
  const page = await context.newPage();
  await page.goto(`/m/${person.token}/invitation`);
  await page.getByRole('link', { name: 'Testa din utrustning', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kontrollera bild och ljud');
  return page;
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('a guest tests the equipment days ahead, and the host reads the result on the day', async ({
  context,
  another,
  request,
}) => {
  test.slow();
  const meeting = await book(request, ['Anna Andersson'], DAYS);
  const page = await toTest(context, meeting.guests[0]!);
  await expect(page).toHaveURL(/\/check$/);
  await expect(page).toHaveTitle('Kontrollera bild och ljud – Exempelkommunen');
  const main = page.getByRole('main');
  await expect(main).toContainText(/Anslutningen till mötet fungerar \((UDP|TCP)\)/);
  for (const name of ['Anslut till mötet', 'Anslut utan kamera', 'Anslut utan mikrofon']) {
    await expect(button(page, name)).toHaveCount(0);
  }
  await expectNoViolations(page, 'before the devices are on');
  await button(page, 'Slå på kamera och mikrofon').click();
  const picture = page.getByLabel('Din bild');
  await expect(picture).toBeVisible();
  await expect
    .poll(() => picture.evaluate((video: HTMLVideoElement) => video.videoWidth), 'a picture')
    .toBeGreaterThan(0);
  const level = page.getByRole('meter', { name: 'Mikrofonnivå', exact: true });
  await expect
    .poll(() => level.evaluate((meter: HTMLMeterElement) => meter.value), 'a sound')
    .toBeGreaterThan(1);
  for (const name of ['Kamera', 'Mikrofon', 'Högtalare']) {
    await expect(page.getByRole('combobox', { name, exact: true })).toBeVisible();
  }
  await button(page, 'Spela upp testljud').click();
  await expectNoViolations(page, 'tested');
  await page.getByRole('link', { name: 'Tillbaka till inbjudan', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Du är inbjuden till ett videomöte');

  await moveToNow(request, meeting);
  // In the same browser: a second code would have to wait. That the result outlives its session, lobby.rs tests.
  const anna = await Participant.at(context, meeting.guests[0]!);
  await anna.joinWithoutCamera();
  await expect(anna.heading('Väntrum')).toBeVisible();
  const kim = await Participant.at(await another(), meeting.host);
  await kim.joinWithoutCamera();
  await kim.inside();
  const waits = kim.page.getByRole('list', { name: 'Väntar' }).getByRole('listitem').first();
  for (const result of ['Kameran fungerar', 'Mikrofonen fungerar', 'Anslutningen fungerar']) {
    await expect(waits).toContainText(result);
  }
});

test('a host tests the equipment, too', async ({ context, request }) => {
  const meeting = await book(request, ['Anna Andersson'], DAYS);
  const page = await toTest(context, meeting.host);
  await expect(page.getByRole('main')).toContainText('Anslutningen till mötet fungerar');
});

test.describe('without an answer of the service', () => {
  test.use({ forgiven: [/net::ERR_FAILED/] });

  test('the connection is tried again', async ({ context, request }) => {
    const meeting = await book(request, ['Anna Andersson'], DAYS);
    await context.route('**/do/check', (route) => route.abort());
    const page = await toTest(context, meeting.guests[0]!);
    // The page's forms have the same text, hidden.
    const room = page.locator('#room');
    await expect(room).toContainText('Vi får ingen kontakt med tjänsten');
    await expectNoViolations(page, 'no answer');
    await context.unroute('**/do/check');
    await button(page, 'Prova anslutningen igen').click();
    await expect(room).toContainText('Anslutningen till mötet fungerar');
    await expect(room).not.toContainText('Vi får ingen kontakt med tjänsten');
    await expect(button(page, 'Prova anslutningen igen')).toBeHidden();
  });
});
