// Limits that otherwise take a minute or many attempts, on a service with short waits and few attempts.
import { expectNoViolations } from '../axe.ts';
import { code, invite, ownDemo, status, wrong } from '../demo.ts';
import { startDemo } from '../start-servers.mjs';
import { scan, sign } from '../phone.ts';
import { words } from '../texts.ts';
import { crosswise, expect, Recipient, test as base } from '../fixtures.ts';

const w = words.sv;

const test = base.extend<object, { hasty: string }>({
  hasty: [
    async ({}, use) => {
      const demo = await startDemo(undefined, { ANSLUT_CODE__RESEND_WAIT: '1s' }, 'ignore');
      await use(demo.url);
      await demo.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ hasty }, use) => use(hasty),
});

test.skip(...ownDemo);

test('the code can be had again, and is the same while it is fresh', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toCode();
  const first = await code(request, recipient.invitation.email);
  await expect(async () => {
    await recipient.button(w.resend).click();
    await expect(page.getByRole('main')).toContainText('Koden är skickad.', { timeout: 500 });
  }).toPass();
  await expect(page).not.toHaveTitle(/^Fel: /);
  expect(await code(request, recipient.invitation.email)).toBe(first);
  await recipient.enter(first);
  await recipient.expectHeading(w.invitation);
});

test('a dead code is replaced by another, and then the way is locked', async ({
  page,
  another,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  const main = page.getByRole('main');
  const second = await lockedOut(recipient);
  await expect(main.getByRole('link', { name: /0300/ }).first()).toBeVisible();
  await page.reload();
  await recipient.expectHeading('Det går inte att använda fler koder');

  // Somebody else with the link has used up one session's attempts, and the recipient can still identify.
  const right = new Recipient(await (await another()).newPage(), recipient.invitation, scripts);
  await right.toAddress();
  await expect(async () => {
    await right.fillAddress(recipient.invitation.email);
    await right.expectHeading(w.code);
  }).toPass();
  await expect
    .poll(() => code(request, recipient.invitation.email), 'a third code')
    .not.toBe(second);
  await right.enter(await code(request, recipient.invitation.email));
  await right.expectHeading(w.invitation);
  expect(await status(request, recipient.invitation.id)).toBe('identified');
});

test.describe('on one of each', () => {
  test.skip(...crosswise);

  test('where codes are locked an e-identification still opens, if the sender allows it', async ({
    page,
    request,
    javaScriptEnabled: scripts,
  }) => {
    const recipient = new Recipient(page, await invite(request, { allowEId: true }), scripts);
    await lockedOut(recipient);
    if (scripts) await expectNoViolations(page, 'locked');

    await recipient.button(w.useEId).click();
    await recipient.expectHeading(w.address);
    await recipient.button(w.goOn).click();
    await recipient.expectHeading(w.choose);
    await recipient.choose(w.elsewhere);
    await recipient.expectHeading(w.bankid);
    await sign(request, await scan(request, recipient));
    await recipient.waitForHeading(w.invitation);
  });
});

/** Uses up this session's attempts, on two codes. Returns the second one. */
async function lockedOut(recipient: Recipient): Promise<string> {
  const main = recipient.page.getByRole('main');
  await recipient.toCode();
  const first = await code(recipient.page.request, recipient.invitation.email);
  for (const said of ['Du har 2 försök kvar', 'Du har 1 försök kvar', 'fel kod för många gånger']) {
    await recipient.enter(wrong(first));
    await expect(main).toContainText(said);
  }
  await expect(async () => {
    await recipient.button(w.resend).click();
    await expect(main).toContainText('Koden är skickad.', { timeout: 500 });
  }).toPass();
  await expect.poll(() => code(recipient.page.request, recipient.invitation.email), 'a second code').not.toBe(first);
  // A session has five attempts.
  const second = await code(recipient.page.request, recipient.invitation.email);
  await recipient.enter(wrong(second));
  await expect(main).toContainText('Du har 1 försök kvar');
  await recipient.enter(wrong(second));
  await recipient.expectHeading('Det går inte att använda fler koder');
  return second;
}
