// A machine without a camera and a microphone.
import { expectNoViolations } from '../axe.ts';
import { expect, test } from '../fixtures.ts';
import { chromium, chromiumArgs } from '../start-servers.mjs';
import { book, Participant } from './people.ts';

// Without its test devices Chromium finds none.
test.use({ launchOptions: { executablePath: chromium(), args: chromiumArgs } });

test('who has no camera and no microphone is told, and still gets in', async ({
  context,
  request,
}) => {
  const meeting = await book(request, ['Anna Andersson']);
  const kim = await Participant.at(context, meeting.host);
  await kim.button('Slå på kamera och mikrofon').click();
  await expect(kim.page.getByRole('alert').first()).toBeVisible();
  await expectNoViolations(kim.page, 'no device');
  await kim.button('Anslut till mötet').click();
  await kim.inside();
});
