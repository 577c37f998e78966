// Browsers that can't run the app, or that keep no cookies.
import type { BrowserContext } from '@playwright/test';
import { CIA, invite, mails } from '../demo.ts';
import { scan, sign } from '../phone.ts';
import { words } from '../texts.ts';
import { expect, identify, Recipient, test } from '../fixtures.ts';

const w = words.sv;
/** Time before a meeting's start at which its room opens, in seconds. */
const EARLY = 15 * 60;

/** Obstacles that keep the app from running, by their cause. */
const obstacles: Record<string, (context: BrowserContext) => Promise<unknown>> = {
  'without WebAssembly': (context) =>
    context.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly')),
  'with WebAssembly refused': (context) =>
    context.addInitScript(() => {
      const refuse = () => Promise.reject(new WebAssembly.CompileError('refused'));
      Object.assign(WebAssembly, { instantiate: refuse, instantiateStreaming: refuse, compile: refuse });
    }),
  'with a content policy that knows no WebAssembly': (context) =>
    context.route('**/m/**', async (route) => {
      if (route.request().resourceType() !== 'document') return route.fallback();
      const answer = await route.fetch({ maxRedirects: 0 });
      const policy = answer.headers()['content-security-policy'] ?? '';
      const headers = {
        ...answer.headers(),
        'content-security-policy': policy.replace("'wasm-unsafe-eval'", ''),
      };
      await route.fulfill({ response: answer, headers });
    }),
  'with a bundle that is not there': (context) =>
    context.route(/\.(wasm|js)$/, (route) => route.fulfill({ status: 404 })),
  'with a bundle that does not come': (context) => context.route(/\.wasm$/, () => {}),
  'with scripts refused by somebody else': (context) =>
    context.route('**/m/**', async (route) => {
      if (route.request().resourceType() !== 'document') return route.fallback();
      const answer = await route.fetch({ maxRedirects: 0 });
      const headers = { ...answer.headers(), 'content-security-policy': "script-src 'none'" };
      await route.fulfill({ response: answer, headers });
    }),
};

test.describe('where the app does not run', () => {
  test.skip(({ javaScriptEnabled: scripts }) => !scripts, 'that is how it is without scripts');
  test.beforeEach(({ forgiven }) => void forgiven.push(/./));
  test.describe.configure({ timeout: 90_000 });

  for (const [what, hinder] of Object.entries(obstacles)) {
    test(`the QR code is renewed and its end leads on ${what}`, async ({ page, context, request }) => {
      await hinder(context);
      const recipient = new Recipient(page, await invite(request, { method: 'e-id' }), false);
      await recipient.toBankId();
      const path = () =>
        page
          .getByRole('img', { name: w.qr, exact: true })
          .locator('path')
          .getAttribute('d', { timeout: 1_000 })
          .catch(() => first);
      let first: string | null = null;
      first = await path();
      await expect.poll(path, { timeout: 10_000 }).not.toBe(first);
      await sign(request, await scan(request, recipient), CIA);
      await recipient.waitForHeading(w.invitation);
    });
  }

  test('the door opens to who waits', async ({ page, context, request }) => {
    await obstacles['without WebAssembly']!(context);
    const invitation = await invite(request, { starts: EARLY + 12 });
    await identify(context, invitation, true);
    const recipient = new Recipient(page, invitation, false);
    await recipient.open();
    await recipient.expectHeading(w.waiting);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(w.meeting, { timeout: 60_000 });
  });
});

/** Keeps cookies from the browser, as one does that rejects them. */
async function refuseCookies(context: BrowserContext, tellsSo: boolean) {
  await context.route('**/*', async (route) => {
    const headers = { ...route.request().headers() };
    delete headers['cookie'];
    const answer = await route.fetch({ headers, maxRedirects: 0 });
    await context.clearCookies();
    const { 'set-cookie': _, ...rest } = answer.headers();
    await route.fulfill({ response: answer, headers: rest });
  });
  if (tellsSo) {
    await context.addInitScript(() =>
      Object.defineProperty(Navigator.prototype, 'cookieEnabled', { get: () => false }),
    );
  }
}

for (const tellsSo of [true, false]) {
  const says = tellsSo ? 'and says so' : 'without saying so';
  test(`who refuses cookies ${says} is told that one is needed, and nothing is sent`, async ({
    page,
    context,
    request,
    javaScriptEnabled: scripts,
  }) => {
    const invitation = await invite(request);
    await refuseCookies(context, tellsSo);
    const recipient = new Recipient(page, invitation, scripts);
    await recipient.open();
    await recipient.expectHeading(w.method);
    await recipient.button(w.goOn).click();
    if (scripts && !tellsSo) {
      // Only the next request shows it.
      await recipient.expectHeading(w.address);
      await recipient.fillAddress(invitation.email);
    }
    await recipient.expectHeading('Webbläsaren behöver ta emot en kaka');
    expect(await mails(request, invitation.email)).toHaveLength(1);
    // The flow continues once the browser keeps cookies.
    await context.unrouteAll({ behavior: 'wait' });
    await recipient.link('Försök igen').click();
    await recipient.expectHeading(w.method);
  });
}

test('who refuses cookies is told so on the way by e-identification', async ({
  page,
  context,
  request,
  javaScriptEnabled: scripts,
}) => {
  const invitation = await invite(request, { method: 'e-id' });
  await refuseCookies(context, true);
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.open();
  await recipient.expectHeading(w.address);
  await recipient.fillAddress(invitation.email);
  await recipient.expectHeading('Webbläsaren behöver ta emot en kaka');
});
