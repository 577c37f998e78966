// Devices: a camera that is turned off, and none at all.
import { expect, test } from '../fixtures.ts';
import { book, HOST, inside, Participant } from './people.ts';

test.slow();

test('with text alone one takes part', async ({ context, another, request }) => {
  const meeting = await book(request, ['Anna Andersson']);
  const kim = await Participant.at(context, meeting.host);
  await kim.button('Anslut till mötet').click();
  await kim.inside();
  const anna = await Participant.at(await another(), meeting.guests[0]!);
  await anna.button('Anslut till mötet').click();
  await kim.button('Släpp in Anna Andersson').click();
  await anna.inside();
  for (const who of [kim, anna]) await who.button('Text').click();
  await anna.page.getByRole('textbox', { name: 'Skriv' }).fill('Hör ni mig?');
  await expect(kim.page.getByRole('log', { name: 'Textsamtal' })).toContainText('Hör ni mig?');
});

test('the camera is turned off and on, and the others see it', async ({
  context,
  another,
  request,
}) => {
  const { kim, anna } = await inside(request, [context, await another()]);
  await anna.button('Kamera').click();
  await expect(kim.tile('Anna Andersson')).toHaveAccessibleName(/kameran avstängd/);
  await anna.button('Kamera').click();
  await expect(kim.tile('Anna Andersson')).not.toHaveAccessibleName(/kameran avstängd/);
  await kim.sees('Anna Andersson');
  await anna.sees(HOST);
});
