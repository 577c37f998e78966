// The limits of a meeting: its seats, and its time.
import type { BrowserContext } from '@playwright/test';
import { expectNoViolations } from '../axe.ts';
import { type Mail, newest } from '../demo.ts';
import { expect, test as base } from '../fixtures.ts';
import { withDemo } from '../own-demo.ts';
import { book, Participant, type Person } from './people.ts';

// Their demo has rooms for two, which close at the meeting's end.
const test = base.extend({
  // A request for a seat while there is none is refused.
  forgiven: async ({}, use) => use([/status of 409/]),
  baseURL: async ({}, use) =>
    withDemo(
      {
        ANSLUT_ROOM__LISTEN: '127.0.0.1:0',
        ANSLUT_ROOM__PEOPLE: '2',
        ANSLUT_SESSION__AFTER_MEETING: '0s',
        ANSLUT_CODE__RESEND_WAIT: '1s',
      },
      use,
    ),
});

test.slow();

/** Identifies somebody on another device, with the code that is sent for it. */
async function identifyAgain({ request }: BrowserContext, { token, email }: Person) {
  const post = async (call: string, more = {}) => {
    const answer = await request.post(`/do/${call}`, { form: { invitation: token, ...more } });
    expect(answer.status(), call).toBe(200);
  };
  const code = /^\d{4}$/m;
  const asked = Date.now() - 1_000;
  await post('begin');
  await post('address', { email });
  const fits = (mail: Mail) => code.test(mail.text) && Date.parse(mail.sent_at) >= asked;
  await post('code', { code: code.exec((await newest(request, email, fits)).text)![0] });
  await post('enter');
}

test('who finds no free seat reads so, and gets in by itself when there is one', async ({
  context,
  another,
  request,
  baseURL,
}) => {
  const elsewhere = { baseURL };
  const meeting = await book(request, ['Anna Andersson']);
  const kim = await Participant.at(context, meeting.host);
  await kim.joinWithoutCamera();
  await kim.inside();
  const anna = await Participant.at(await another(elsewhere), meeting.guests[0]!);
  await anna.joinWithoutCamera();
  await kim.button('Släpp in Anna Andersson').click();
  await anna.inside();

  const there = await another(elsewhere);
  await identifyAgain(there, meeting.guests[0]!);
  const phone = new Participant(await there.newPage(), meeting.guests[0]!);
  await phone.open();
  await phone.joinWithoutCamera();
  await kim.button('Släpp in Anna Andersson').click();
  await expect(phone.heading('Väntrum')).toBeVisible();
  await expect(phone.page.getByRole('main')).toContainText('Mötet är fullt just nu. Du är insläppt');
  await expectNoViolations(phone.page, 'full, for a guest');
  await kim.button('Lämna mötet').click();
  await phone.inside();

  await kim.button('Gå in i mötet igen').click();
  await kim.joinWithoutCamera();
  await expect(kim.heading('Väntrum')).toBeVisible();
  await expect(kim.page.getByRole('main')).toContainText('Du kommer in när någon går, eller när du tar bort någon.');
  await expectNoViolations(kim.page, 'full, for a host');
  await kim.button('Ta bort Anna Andersson').first().click();
  await kim.inside();
});

test('the warning before the end follows a meeting that is moved', async ({ context, request }) => {
  const meeting = await book(request, ['Anna Andersson']);
  const { token } = await (await request.post('/dev/tokens', { data: { name: 'moves' } })).json();
  const endsIn = async (minutes: number) => {
    const answer = await request.patch(`/api/v1/meetings/${meeting.id}`, {
      headers: { authorization: `Bearer ${token}` },
      data: { ends_at: new Date(Date.now() + minutes * 60_000 - 1_000).toISOString() },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  };
  await endsIn(60);
  const kim = await Participant.at(context, meeting.host);
  await kim.joinWithoutCamera();
  await kim.inside();
  const warning = kim.room.getByRole('paragraph').filter({ hasText: /^Mötet stängs om \d+ minuter\.$/ });
  await expect(warning).toBeHidden();
  await endsIn(9);
  await expect(warning).toHaveText('Mötet stängs om 9 minuter.');
  await expect(kim.page.getByRole('status').filter({ hasText: 'Mötet stängs om 9 minuter.' })).toHaveCount(1);
  await expectNoViolations(kim.page, 'soon over');
  await endsIn(60);
  await expect(warning).toBeHidden();
});
