// Levels of assurance: which invitations a proof opens.
import { expectNoViolations } from '../axe.ts';
import { event, invite, providerless } from '../demo.ts';
import { scan, sign } from '../phone.ts';
import { words } from '../texts.ts';
import { expect, identify, Recipient, test } from '../fixtures.ts';

const w = words.sv;

test.describe.configure({ timeout: 60_000 });

test('an e-identification opens what asks for a code, where the sender allows it', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  test.skip(...providerless);
  const invitation = await invite(request, { allowEId: true });
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.open();
  await recipient.expectHeading(w.method);
  if (scripts) await expectNoViolations(page, 'method');
  await recipient.button(w.useEId).click();
  await recipient.expectHeading(w.address);
  await recipient.fillAddress(invitation.email);
  await recipient.expectHeading(w.choose);

  // The visitor may change the choice twice.
  await recipient.link('Använd en kod i stället').click();
  await recipient.expectHeading(w.method);
  await recipient.button(w.useEId).click();
  await recipient.expectHeading(w.address);
  await recipient.button(w.goOn).click();
  await recipient.expectHeading(w.choose);

  // Level 2 suffices here.
  await recipient.choose('Kommun-id');
  await page.getByRole('combobox', { name: 'How sure' }).selectOption('level 2');
  await recipient.button('Identify as Cia Ceder').click();
  await recipient.expectHeading(w.invitation);
  await recipient.expectText(invitation.title);
  expect(await event(request, invitation.id, 'identified')).toMatchObject({ assurance: 'loa2' });
});

test('a code is not enough for an invitation that asks for an e-identification', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  const byCode = await invite(request);
  const byEId = await invite(request, { method: 'e-id' });
  await identify(context, byCode, true);

  const recipient = new Recipient(page, byEId, scripts);
  await recipient.open();
  await recipient.expectHeading(w.address);

  // Requests that somebody could make by hand.
  const form = { invitation: byEId.token };
  const told: string[] = [];
  for (const [call, more] of [
    ['begin', {}],
    ['address', { email: byEId.email }],
    ['code', { code: '1234' }],
    ['resend', {}],
    ['finish', {}],
    ['enter', {}],
    ['join', {}],
  ] as const) {
    for (const accept of ['text/html', 'application/json']) {
      const answer = await context.request.post(`/do/${call}`, {
        form: { ...form, ...more },
        headers: { accept },
      });
      told.push(`${answer.url()}\n${await answer.text()}`);
    }
  }
  for (const step of ['code', 'invitation', 'meeting', 'room', 'invitation.ics']) {
    const answer = await context.request.get(`${byEId.path}/${step}`);
    told.push(`${answer.url()}\n${answer.headers()['refresh'] ?? ''}\n${await answer.text()}`);
  }
  expect(told.filter((text) => text.includes(byEId.title) || text.includes(byEId.room))).toEqual([]);

  // One of these requests gave the address, so the flow is at the choice. They reached nothing more.
  await recipient.open();
  await recipient.expectHeading(w.choose);
  await recipient.choose(w.elsewhere);
  await recipient.expectHeading(w.bankid);
  await sign(request, await scan(request, recipient));
  await recipient.waitForHeading(w.invitation);
  await recipient.expectText(byEId.title);
  // The earlier proof is kept.
  await recipient.open(`${byCode.path}/meeting`);
  await recipient.expectHeading(w.meeting);
});
