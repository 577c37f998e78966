// Identification with BankID, on this device and another.
import { expectNoViolations } from '../axe.ts';
import { BO, CIA, event, invite, PROVIDERS, status } from '../demo.ts';
import { act, isOpen, scan, sign, start } from '../phone.ts';
import { words } from '../texts.ts';
import { crosswise, expect, Recipient, test } from '../fixtures.ts';

const w = words.sv;

// BankID is polled every two seconds.
test.describe.configure({ timeout: 60_000 });

for (const language of ['sv', 'en'] as const) {
  test(`BankID on another device opens the invitation (${language})`, async ({
    page,
    request,
    isMobile,
    javaScriptEnabled: scripts,
  }) => {
    const personalNumber = language === 'sv' ? CIA.number : undefined;
    const invitation = await invite(request, { method: 'e-id', language, personalNumber });
    const recipient = new Recipient(page, invitation, scripts);
    const w = words[language];
    const main = page.getByRole('main');
    const looks = (what: string) => recipient.expectAccessible(what, language);

    await recipient.open();
    await recipient.expectHeading(w.address);
    await recipient.mark();
    await looks('address');
    await recipient.fillAddress(invitation.email);
    await recipient.expectHeading(w.method);
    await looks('method');
    await recipient.button(w.goOn).click();

    await recipient.expectHeading(w.choose);
    await looks('choice');
    const ways = [w.elsewhere, w.here];
    if (isMobile) ways.reverse();
    await expect(main.getByRole('button')).toHaveText([...ways, ...PROVIDERS]);
    await recipient.choose(w.elsewhere);

    await recipient.expectHeading(w.bankid);
    await looks('BankID');
    await expect(page.getByRole('status').filter({ hasText: w.scan })).toBeVisible();
    // The QR code changes every second, or whenever the page reloads.
    const picture = page.getByRole('img', { name: w.qr, exact: true });
    const path = () => picture.locator('path').getAttribute('d');
    const first = await path();
    await expect.poll(path).not.toBe(first);
    const order = await scan(request, recipient);
    await act(request, order, { action: 'hint', hint_code: 'userSign' });
    await expect(page.getByRole('status').filter({ hasText: w.securityCode })).toBeVisible({
      timeout: 15_000,
    });
    await expect(picture).toBeHidden();
    if (scripts) await expectNoViolations(page, 'security code');
    expect(await sign(request, order), 'a phone elsewhere leads nowhere').toBe(null);

    await recipient.waitForHeading(w.invitation);
    await expect(main).toContainText(invitation.title);
    if (scripts) expect(await recipient.marked(), 'no document was loaded on the way').toBe(true);
    expect(await status(request, invitation.id)).toBe('identified');
    expect(await event(request, invitation.id, 'identified')).toMatchObject({
      who: CIA.name,
      method: 'bankid',
      assurance: 'loa3',
      identity_matched: personalNumber ? true : null,
    });
    await recipient.button(w.connect).click();
    await recipient.expectHeading(w.meeting);
    await recipient.button(w.join).click();
    await expect(page).toHaveURL(invitation.room);
  });
}

test('BankID on this device opens the app, which leads back into the invitation', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request, { method: 'e-id' }), scripts);
  await recipient.toBankId(w.here);
  await expect(page.getByRole('img', { name: w.qr })).toHaveCount(0);
  await expect(recipient.link(w.openApp)).toBeVisible();
  if (scripts) await expectNoViolations(page, 'BankID on this device');
  await recipient.link(w.openApp).click();
  // The page of the simulated phone.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('BankID app');
  await expect(page.getByRole('main')).toContainText('Exempelkommunen');
  await recipient.button('Sign as Cia Ceder').click();
  await recipient.waitForHeading(w.invitation);
  await recipient.expectText(recipient.invitation.title);
  expect(await event(request, recipient.invitation.id, 'identified')).toMatchObject({
    who: CIA.name,
    identity_matched: null,
  });
});

test('choosing is possible again after a cancel here, and after one in the app', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request, { method: 'e-id' }), scripts);
  await recipient.toBankId();
  const left = await scan(request, recipient);
  await recipient.button(w.cancel).click();
  await recipient.expectHeading(w.choose);
  await expect(page).not.toHaveTitle(/^Fel: /);
  await expect.poll(() => isOpen(request, left), 'BankID is told').toBe(false);

  await recipient.choose(w.here);
  await recipient.expectHeading(w.bankid);
  await act(request, await start(request, recipient), { action: 'cancel' });
  await recipient.waitForHeading(w.choose);
  await expect(page).toHaveTitle(/^Fel: /);
  await recipient.expectText(/Du avbröt identifieringen i BankID.appen/);
  if (scripts) await expectNoViolations(page, 'cancelled in the app');

  await recipient.choose(w.elsewhere);
  await recipient.expectHeading(w.bankid);
  await expect(page).not.toHaveTitle(/^Fel: /);
  await sign(request, await scan(request, recipient));
  await recipient.waitForHeading(w.invitation);
});

/** Repeats a navigation until it succeeds. A page that refreshes itself at the same moment aborts it. */
async function surely(leave: () => Promise<unknown>) {
  await expect(async () => {
    await leave();
  }).toPass({ timeout: 15_000 });
}

test('a reload, another tab and Back find the identification going on', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request, { method: 'e-id' }), scripts);
  await recipient.toBankId();
  const there = page.url();
  const order = await scan(request, recipient);
  await surely(() => page.reload());
  await recipient.expectHeading(w.bankid);
  expect(page.url()).toBe(there);

  const tab = new Recipient(await context.newPage(), recipient.invitation, scripts);
  await tab.open();
  await tab.expectHeading(w.bankid);
  await page.bringToFront();
  // Without scripts the page may refresh itself during the navigation and stay, so the addresses are opened.
  const choice = `${recipient.invitation.path}/choose`;
  await surely(() => (scripts ? page.goBack() : recipient.open(choice)));
  await recipient.expectHeading(w.choose);
  expect(await isOpen(request, order), 'looking back cancels nothing').toBe(true);
  await surely(() => (scripts ? page.goForward() : recipient.open(there)));
  await recipient.expectHeading(w.bankid);

  await sign(request, order);
  await recipient.waitForHeading(w.invitation);
  await tab.page.bringToFront();
  await tab.waitForHeading(w.invitation);
  // Completed steps lead on.
  await page.bringToFront();
  await page.goBack();
  await recipient.waitForHeading(w.invitation);
});

test('two tabs that follow one identification come in the same moment', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request, { method: 'e-id' }), scripts);
  await recipient.toBankId();
  const order = await scan(request, recipient);
  const tab = new Recipient(await context.newPage(), recipient.invitation, scripts);
  await tab.open();
  await tab.expectHeading(w.bankid);
  // The first tab to continue waits for the other.
  let waiting = 0;
  let both = () => {};
  const met = new Promise<void>((resolve) => (both = resolve));
  await context.route(/\/do\/finish$|\/back\/bankid\/[^?]*$/, async (route) => {
    if (++waiting === 2) both();
    await met;
    await route.continue();
  });
  await sign(request, order);
  await Promise.all([recipient.waitForHeading(w.invitation), tab.waitForHeading(w.invitation)]);
  expect(waiting, 'both went on').toBeGreaterThan(1);
});

test.describe('on one of each', () => {
  test.skip(...crosswise);

  test('a failure is said, and so is somebody else, and the next try opens the invitation', async ({
    page,
    request,
    javaScriptEnabled: scripts,
  }) => {
    const personalNumber = CIA.number;
    const invitation = await invite(request, { method: 'e-id', personalNumber });
    const recipient = new Recipient(page, invitation, scripts);
    await recipient.toBankId();
    const failure = { action: 'fail', hint_code: 'certificateErr' } as const;
    await act(request, await scan(request, recipient), failure);
    await recipient.waitForHeading(w.choose);
    await recipient.expectText('för gammalt eller spärrat');
    await page.reload();
    await recipient.expectHeading(w.choose);
    await recipient.expectText('för gammalt eller spärrat');

    await recipient.choose(w.elsewhere);
    await recipient.expectHeading(w.bankid);
    await sign(request, await scan(request, recipient), BO);
    await recipient.waitForHeading(w.choose);
    await recipient.expectText('stämmer inte med inbjudan');
    await expect(page.getByRole('main')).not.toContainText(invitation.title);
    expect(await event(request, invitation.id, 'not-invited')).toMatchObject({
      who: BO.name,
      identity_matched: false,
    });

    await recipient.choose(w.elsewhere);
    await recipient.expectHeading(w.bankid);
    await sign(request, await scan(request, recipient));
    await recipient.waitForHeading(w.invitation);
  });

  test('the app may lead back into another tab, and the old one follows', async ({
    page,
    context,
    request,
    javaScriptEnabled: scripts,
  }) => {
    const recipient = new Recipient(page, await invite(request, { method: 'e-id' }), scripts);
    await recipient.toBankId(w.here);
    const back = await sign(request, await start(request, recipient));
    // The old tab can't continue alone, and says where to continue.
    const said = page.getByRole('status').filter({ hasText: /på sidan som BankID.appen öppnar/ });
    await expect(said).toBeVisible({ timeout: 15_000 });
    const tab = new Recipient(await context.newPage(), recipient.invitation, scripts);
    await tab.page.goto(back!);
    await tab.expectHeading(w.invitation);
    await page.bringToFront();
    await recipient.waitForHeading(w.invitation);
  });

  test('the way back from the app is worth nothing in another browser', async ({
    page,
    another,
    request,
    forgiven,
    javaScriptEnabled: scripts,
  }) => {
    forgiven.push(/the server responded with a status of 403/);
    const recipient = new Recipient(page, await invite(request, { method: 'e-id' }), scripts);
    await recipient.toBankId(w.here);
    const back = await sign(request, await start(request, recipient));
    const elsewhere = new Recipient(
      await (await another()).newPage(),
      recipient.invitation,
      scripts,
    );
    const answer = await elsewhere.page.goto(back!);
    expect(answer!.status()).toBe(403);
    await elsewhere.expectText('i en annan webbläsare');
    if (scripts) await expectNoViolations(elsewhere.page, 'elsewhere');
    await elsewhere.open();
    await elsewhere.expectHeading(w.address);

    await page.goto(back!);
    await recipient.waitForHeading(w.invitation);
  });
});
