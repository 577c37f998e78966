// The network fails during a flow.
import { expectNoViolations } from '../axe.ts';
import { invite } from '../demo.ts';
import { words } from '../texts.ts';
import { expect, Recipient, test } from '../fixtures.ts';

const w = words.sv;

test.beforeEach(({ javaScriptEnabled: scripts, forgiven }) => {
  test.skip(!scripts, 'without scripts the browser itself says that there is no network');
  forgiven.push(/Failed to load resource: net::ERR_/);
});

test('without network a plain message comes, and nothing typed is lost', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toAddress();
  await recipient.mark();
  await context.setOffline(true);
  await recipient.fillAddress(recipient.invitation.email);
  const message = page.getByRole('alert').filter({ hasText: 'Kontrollera din internetanslutning' });
  await expect(message).toBeVisible();
  await recipient.expectHeading(w.address);
  await expect(recipient.field(w.addressField)).toHaveValue(recipient.invitation.email);
  await expectNoViolations(page, 'offline');
  await context.setOffline(false);
  await recipient.button(w.goOn).click();
  await recipient.expectHeading(w.code);
  await expect(message).toBeHidden();
  expect(await recipient.marked()).toBe(true);
});

test('an answer that is cut off or no view at all leaves the page as it is', async ({
  page,
  request,
  forgiven,
  javaScriptEnabled: scripts,
}) => {
  forgiven.push(/the server responded with a status of 502/);
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toAddress();
  const answers = [
    { status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' },
    { status: 200, contentType: 'application/json', body: '{"language":"sv","pa' },
  ];
  await page.route('**/do/address', (route) => {
    const answer = answers.pop();
    return answer ? route.fulfill(answer) : route.fallback();
  });
  await recipient.field(w.addressField).fill(recipient.invitation.email);
  for (let time = 0; time < 2; time++) {
    await recipient.button(w.goOn).click();
    await expect(page.getByText('Kontrollera din internetanslutning').filter({ visible: true })).toHaveCount(1);
    await expect(recipient.field(w.addressField)).toHaveValue(recipient.invitation.email);
  }
  await recipient.button(w.goOn).click();
  await recipient.expectHeading(w.code);
});

test('a slow answer is waited for, and a second press sends nothing', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toAddress();
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  let posts = 0;
  await page.route('**/do/address', async (route) => {
    posts += 1;
    await answered;
    await route.fallback();
  });
  await recipient.fillAddress(recipient.invitation.email);
  await expect(page.locator('form[aria-busy=true]')).toHaveCount(1);
  await recipient.button(w.goOn).click();
  answer();
  await recipient.expectHeading(w.code);
  expect(posts).toBe(1);
});
