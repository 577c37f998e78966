// A seat: who drops out, comes back, and opens a second window.
import { expect, test } from '../fixtures.ts';
import { HOST, inside, Participant } from './people.ts';

test.slow();

test('who drops out comes back without a knock', async ({ context, another, request }) => {
  const there = await another();
  const { kim, anna } = await inside(request, [context, there]);
  await anna.page.close();
  await expect(kim.tile('Anna Andersson')).toHaveAccessibleName(/tappade anslutningen/);
  const back = new Participant(await there.newPage(), anna.person);
  await back.open();
  await back.join();
  await back.inside();
  await back.sees(HOST);
  await kim.sees('Anna Andersson');
  await expect(kim.tile('Anna Andersson')).toHaveCount(1);
});

test('the newest window has the seat, and the older one can take it back', async ({
  context,
  another,
  request,
}) => {
  const there = await another();
  const { kim, anna } = await inside(request, [context, there]);
  const second = new Participant(await there.newPage(), anna.person);
  await second.open();
  await second.join();
  await second.inside();
  await expect(anna.heading('Mötet är öppet i ett annat fönster')).toBeVisible();
  await anna.button('Fortsätt i det här fönstret').click();
  await anna.inside();
  await expect(second.heading('Mötet är öppet i ett annat fönster')).toBeVisible();
  await expect(kim.tile('Anna Andersson')).toHaveCount(1);
});
