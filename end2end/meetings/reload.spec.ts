// Reloads, in each state on the way into the room.
import { expect, test } from '../fixtures.ts';
import { book, HOST, inside, Participant } from './people.ts';

test.slow();

test('who reloads while waiting still waits, since the same time', async ({
  context,
  another,
  request,
}) => {
  const meeting = await book(request, ['Anna Andersson']);
  const kim = await Participant.at(context, meeting.host);
  await kim.joinWithoutCamera();
  await kim.inside();
  const anna = await Participant.at(await another(), meeting.guests[0]!);
  await anna.page.reload();
  await expect(anna.heading('Kontrollera bild och ljud')).toBeVisible();
  await anna.joinWithoutCamera();
  const waits = anna.page.getByText(/väntat sedan/);
  const since = await waits.textContent();
  await anna.page.reload();
  await expect(anna.page.getByText(/väntat sedan/)).toHaveText(since!);
  await expect(kim.button('Släpp in Anna Andersson')).toHaveCount(1);
  await kim.button('Släpp in Anna Andersson').click();
  await anna.inside();
});

test('who reloads inside comes back without a knock', async ({ context, another, request }) => {
  const { kim, anna } = await inside(request, [context, await another()]);
  for (const who of [anna, kim]) {
    await who.page.reload();
    await expect(who.heading('Kontrollera bild och ljud')).toBeVisible();
    await who.join();
    await who.inside();
  }
  await expect(kim.button('Släpp in Anna Andersson')).toHaveCount(0);
  await anna.sees(HOST);
  await kim.sees('Anna Andersson');
});

test('who was removed and reloads can only knock again', async ({ context, another, request }) => {
  const { kim, anna } = await inside(request, [context, await another()]);
  await kim.button('Ta bort Anna Andersson').click();
  await expect(anna.heading('Du är inte kvar i mötet')).toBeVisible();
  await anna.page.reload();
  await expect(anna.heading('Kontrollera bild och ljud')).toBeVisible();
  await anna.joinWithoutCamera();
  await expect(anna.heading('Väntrum')).toBeVisible();
  await kim.button('Släpp in Anna Andersson').click();
  await anna.inside();
});
