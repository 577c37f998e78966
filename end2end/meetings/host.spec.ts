// What the host decides, and what the guest then reads.
import { expectNoViolations } from '../axe.ts';
import { event } from '../demo.ts';
import { expect, test } from '../fixtures.ts';
import { book, HOST, inside, Participant } from './people.ts';

test.slow();

test('a guest is moved to the waiting room, let in again, and removed', async ({
  context,
  another,
  request,
}) => {
  const meeting = await book(request, ['Anna Andersson']);
  const kim = await Participant.at(context, meeting.host);
  await kim.joinWithoutCamera();
  await kim.inside();
  const anna = await Participant.at(await another(), meeting.guests[0]!);
  await anna.joinWithoutCamera();

  await kim.button('Meddelande till Anna Andersson').click();
  const form = kim.page.getByRole('textbox', { name: 'Meddelande till Anna Andersson' });
  await form.fill('Jag är strax klar.');
  await kim.button('Skicka').click();
  await expect(anna.page.getByRole('main')).toContainText('Jag är strax klar.');

  await kim.button('Släpp in Anna Andersson').click();
  await anna.inside();

  await kim.button('Flytta Anna Andersson till väntrummet').click();
  await expect(anna.heading('Väntrum')).toBeVisible();
  await kim.button('Släpp in Anna Andersson').click();
  await anna.inside();

  await kim.button('Ta bort Anna Andersson').click();
  await expect(anna.heading('Du är inte kvar i mötet')).toBeVisible();
  await expect(kim.tile('Anna Andersson')).toHaveCount(0);
  await event(request, meeting.id, 'removed');
});

test('a guest who is refused reads so, and may knock again', async ({ context, another, request }) => {
  const meeting = await book(request, ['Anna Andersson']);
  const kim = await Participant.at(context, meeting.host);
  await kim.joinWithoutCamera();
  await kim.inside();
  const anna = await Participant.at(await another(), meeting.guests[0]!);
  await anna.joinWithoutCamera();
  await kim.button('Avvisa Anna Andersson').click();
  await expect(anna.heading('Du blev inte insläppt')).toBeVisible();
  await expectNoViolations(anna.page, 'refused');
  await event(request, meeting.id, 'refused');
  await anna.open();
  await anna.joinWithoutCamera();
  await kim.button('Släpp in Anna Andersson').click();
  await anna.inside();
});

test('a locked meeting takes nobody new, and keeps those inside', async ({
  context,
  another,
  request,
}) => {
  const names = ['Anna Andersson', 'Bo Berg'];
  const { meeting, kim, anna } = await inside(request, [context, await another()], names);
  await kim.button('Lås mötet').click();
  await expect(kim.button('Lås mötet')).toHaveAttribute('aria-pressed', 'true');
  const late = await Participant.at(await another(), meeting.guests[1]!, 'Väntrum');
  await expect(late.page.getByRole('main')).toContainText('har låst mötet');
  await expectNoViolations(late.page, 'locked');
  await anna.page.reload();
  await anna.heading('Kontrollera bild och ljud').waitFor();
  await anna.joinWithoutCamera();
  await anna.inside();
});

test('the host turns a microphone off, and only its owner turns it on', async ({
  context,
  another,
  request,
}) => {
  const { kim, anna } = await inside(request, [context, await another()]);
  await expect(anna.button('Mikrofon')).toHaveAttribute('aria-pressed', 'true');
  await kim.button('Deltagare').click();
  await kim.button('Stäng av mikrofonen för Anna Andersson').click();
  await expect(anna.button('Mikrofon')).toHaveAttribute('aria-pressed', 'false');
  await expect(kim.tile('Anna Andersson')).toHaveAccessibleName(/mikrofonen avstängd/);
  await anna.button('Mikrofon').click();
  await expect(kim.tile('Anna Andersson')).not.toHaveAccessibleName(/mikrofonen avstängd/);
});

test('a guest calls no door of the host', async ({ context, another, request }) => {
  const { meeting, anna } = await inside(request, [context, await another()]);
  const invitation = meeting.guests[0]!.token;
  for (const call of ['admit', 'refuse', 'wait', 'remove', 'tell', 'lock', 'end-meeting']) {
    const answer = await anna.page.request.post(`/do/${call}`, {
      form: { invitation, guest: 'x', text: 'x', on: 'yes' },
    });
    expect(answer.status(), call).toBe(403);
  }
  await expect(anna.tile(HOST)).toHaveCount(1);
});
