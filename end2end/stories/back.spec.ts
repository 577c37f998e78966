// Reload, Back and Forward, several tabs, several invitations, links opened again.
import { code, invite, linkBack, newest } from '../demo.ts';
import { words } from '../texts.ts';
import { expect, Recipient, test } from '../fixtures.ts';

const w = words.sv;

test('each step bears a reload', async ({ page, request, javaScriptEnabled: scripts }) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  const bears = async (heading: string) => {
    await recipient.expectHeading(heading);
    const there = page.url();
    await page.reload();
    await recipient.expectHeading(heading);
    expect(page.url()).toBe(there);
  };
  await recipient.open();
  await bears(w.method);
  await recipient.button(w.goOn).click();
  await bears(w.address);
  await recipient.fillAddress(recipient.invitation.email);
  await bears(w.code);
  await recipient.enter(await code(request, recipient.invitation.email));
  await bears(w.invitation);
  await recipient.button(w.connect).click();
  await bears(w.meeting);
});

test('Back and Forward go through the steps', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toCode();
  await page.goBack();
  await recipient.expectHeading(w.address);
  await expect(recipient.field(w.addressField)).toHaveValue(recipient.invitation.email);
  await page.goBack();
  // The link of the e-mail leads to the furthest step. The loaded app has replaced it by the address of the
  // step.
  await recipient.expectHeading(scripts ? w.method : w.code);
  await page.goForward();
  await recipient.expectHeading(w.address);
  await page.goForward();
  await recipient.expectHeading(w.code);

  await recipient.link(w.change).click();
  await recipient.expectHeading(w.address);
  await expect(recipient.field(w.addressField)).toHaveValue(recipient.invitation.email);
  // The same address again: the code that was sent is still valid.
  await recipient.button(w.goOn).click();
  await recipient.expectHeading(w.code);
  await expect(page.getByRole('main')).toContainText('gäller fortfarande');
  await recipient.enter(await code(request, recipient.invitation.email));
  await recipient.expectHeading(w.invitation);

  // Completed steps lead to the current one.
  await page.goBack();
  await recipient.expectHeading(w.invitation);
  if (scripts) await expect(page).toHaveURL(/\/invitation$/);
});

test('two tabs stand at the same step', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  const invitation = await invite(request);
  const first = new Recipient(page, invitation, scripts);
  const second = new Recipient(await context.newPage(), invitation, scripts);
  await first.toCode();
  await second.open();
  await second.expectHeading(w.code);
  const digits = await code(request, invitation.email);
  await second.enter(digits);
  await second.expectHeading(w.invitation);
  // The first tab still shows the field for the code, which is already used.
  await first.enter(digits);
  await first.expectHeading(w.invitation);
});

test('two invitations in one browser do not disturb each other', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  const one = new Recipient(page, await invite(request), scripts);
  const two = new Recipient(await context.newPage(), await invite(request), scripts);
  await one.toCode();
  await two.open();
  await two.expectHeading(w.method);
  await two.button(w.goOn).click();
  await two.expectHeading(w.address);
  await expect(two.field(w.addressField)).toHaveValue('');
  await one.enter(await code(request, one.invitation.email));
  await one.expectHeading(w.invitation);
  await two.fillAddress(two.invitation.email);
  await two.expectHeading(w.code);
  await two.enter(await code(request, two.invitation.email));
  await two.expectHeading(w.invitation);
  await expect(two.page.getByRole('main')).toContainText(two.invitation.title);
  await one.page.reload();
  await one.expectHeading(w.invitation);
  await expect(one.page.getByRole('main')).toContainText(one.invitation.title);
});

test('the link opened again after identification leads to where one was', async ({
  page,
  another,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toInvitation();
  await recipient.open();
  await recipient.expectHeading(w.invitation);
  await recipient.button(w.connect).click();
  await recipient.expectHeading(w.meeting);
  await recipient.open();
  await recipient.expectHeading(w.meeting);

  // Another browser has no session.
  const stranger = new Recipient(await (await another()).newPage(), recipient.invitation, scripts);
  await stranger.open(`${recipient.invitation.path}/meeting`);
  await stranger.expectHeading(w.method);
  await expect(stranger.page.getByRole('main')).toContainText('börja om från början');
});

test('the mail leads back to the field for the code, in the browser that asked for it', async ({
  page,
  context,
  another,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toCode();
  const mail = await newest(request, recipient.invitation.email, (mail) => !!linkBack(mail));
  const digits = await code(request, recipient.invitation.email);
  expect(mail.links.join()).not.toContain(digits);

  const elsewhere = new Recipient(await (await another()).newPage(), recipient.invitation, scripts);
  await elsewhere.open(linkBack(mail));
  await elsewhere.expectHeading(w.method);
  await expect(elsewhere.page.getByRole('main')).toContainText('i en annan webbläsare');

  const tab = new Recipient(await context.newPage(), recipient.invitation, scripts);
  await tab.open(linkBack(mail));
  await tab.expectHeading(w.code);
  await tab.enter(digits);
  await tab.expectHeading(w.invitation);
});

test('a step that lies ahead leads back to the one reached', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const { path } = await invite(request);
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.open(`${path}/meeting`);
  await recipient.expectHeading(w.method);
  await recipient.toAddress();
  for (const ahead of ['code', 'invitation', 'meeting', 'room']) {
    await recipient.open(`${recipient.invitation.path}/${ahead}`);
    await recipient.expectHeading(w.address);
    await expect(page.getByRole('main')).toContainText('först');
  }
});
