// The sounds of the waiting room.
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { book, Participant } from './people.ts';

test.slow();

/** Counts the notes that the pages opened from now on play. */
async function countNotes(context: BrowserContext) {
  await context.addInitScript(() => {
    Object.assign(window, { notes: 0 });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when) {
      (window as never as { notes: number }).notes += 1;
      start.call(this, when);
    };
  });
}

const notes = (page: Page) => page.evaluate(() => (window as never as { notes: number }).notes);

test('a host hears a knock, and a guest who wishes it hears a message and the admission', async ({
  context,
  another,
  request,
}) => {
  const there = await another();
  for (const each of [context, there]) await countNotes(each);
  const meeting = await book(request, ['Anna Andersson', 'Bo Berg']);
  const kim = await Participant.at(context, meeting.host);
  await kim.joinWithoutCamera();
  await kim.inside();
  const anna = await Participant.at(there, meeting.guests[0]!);
  await anna.joinWithoutCamera();
  await expect.poll(() => notes(kim.page)).toBe(2);

  const wish = anna.button('Ljud när något händer');
  await expect(wish).toHaveAttribute('aria-pressed', 'false');
  await wish.click();
  await expect(wish).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => notes(anna.page), 'to try it').toBe(2);
  await anna.page.reload();
  await expect(anna.heading('Väntrum')).toBeVisible();
  await expect(wish, 'remembered in this tab').toHaveAttribute('aria-pressed', 'true');
  await kim.button('Meddelande till Anna Andersson').click();
  await kim.button('Skicka').click();
  await expect.poll(() => notes(anna.page)).toBe(2);
  await kim.button('Släpp in Anna Andersson').click();
  await expect.poll(() => notes(anna.page)).toBe(4);
  await anna.inside();

  await kim.button('Ljud när någon väntar').click();
  await expect(kim.button('Ljud när någon väntar')).toHaveAttribute('aria-pressed', 'false');
  const bo = await Participant.at(await another(), meeting.guests[1]!);
  await bo.joinWithoutCamera();
  await expect(kim.button('Släpp in Bo Berg')).toBeVisible();
  expect(await notes(kim.page), 'not after it was turned off').toBe(2);
});
