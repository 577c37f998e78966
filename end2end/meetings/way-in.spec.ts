// The whole way into a built-in room: from the mails to a room where everybody sees, hears and reads everybody.

import { expectNoViolations } from '../axe.ts';
import { event } from '../demo.ts';
import { expect, test } from '../fixtures.ts';
import { book, HOST, Participant } from './people.ts';


test('a host lets two guests in, and all see, hear and read each other', async ({
  context,
  another,
  request,
}) => {
  test.setTimeout(90_000);
  const meeting = await book(request, ['Anna Andersson', 'Bo Berg']);
  const anna = await Participant.at(context, meeting.guests[0]!);
  await expectNoViolations(anna.page, 'check');
  await anna.join();
  await expect(anna.heading('Väntrum')).toBeVisible();
  await expect(anna.page.getByRole('main')).toContainText(`${HOST} är inte här än`);

  const kim = await Participant.at(await another(), meeting.host);
  await kim.join();
  await kim.inside();
  const waiting = kim.page.getByRole('list', { name: 'Väntar' });
  await expect(waiting.getByRole('listitem')).toContainText(['Anna Andersson']);
  await expect(anna.page.getByRole('main')).toContainText(/Kim Handläggare ser att du har väntat sedan (kl. )?\d\d\.\d\d/);

  const bo = await Participant.at(await another(), meeting.guests[1]!);
  await bo.join();
  await expect(waiting.getByRole('listitem')).toContainText(['Anna Andersson', 'Bo Berg']);
  await expectNoViolations(kim.page, 'host with two who wait');

  await kim.button('Släpp in Anna Andersson').click();
  await anna.inside();
  await expect(bo.heading('Väntrum')).toBeVisible();
  await kim.button('Släpp in Bo Berg').click();
  await bo.inside();

  for (const [who, others] of [
    [anna, [HOST, 'Bo Berg']],
    [bo, [HOST, 'Anna Andersson']],
    [kim, ['Anna Andersson', 'Bo Berg']],
  ] as const) {
    for (const other of others) await who.sees(other);
    await expectNoViolations(who.page, 'room');
  }

  for (const who of [anna, bo]) await who.button('Text').click();
  await anna.page.getByRole('textbox', { name: 'Skriv' }).pressSequentially('Hejj');
  await anna.page.keyboard.press('Backspace');
  await expect(bo.page.getByRole('log', { name: 'Textsamtal' })).toContainText('Hej');
  await expect(bo.page.getByRole('log', { name: 'Textsamtal' })).not.toContainText('Hejj');

  await anna.button('Räck upp handen').click();
  await expect(kim.tile('Anna Andersson')).toHaveAccessibleName(/hand/);
  await event(request, meeting.id, 'joined');

  await bo.button('Lämna mötet').click();
  await expect(kim.tile('Bo Berg')).toHaveCount(0);
  await kim.button('Avsluta mötet för alla').click();
  await kim.page.getByRole('dialog').getByRole('button', { name: 'Ja, avsluta för alla' }).click();
  await expect(anna.heading('Mötet är avslutat')).toBeVisible();
  await expectNoViolations(anna.page, 'ended');
  await event(request, meeting.id, 'ended');
});
