// The answer to a button is shown at the button, within the window, on a phone and at 400 % zoom.
import type { Locator, Page } from '@playwright/test';
import { expectNoViolations } from '../axe.ts';
import { code, invite, ownDemo } from '../demo.ts';
import { startDemo } from '../start-servers.mjs';
import { words } from '../texts.ts';
import { expect, Recipient, test as base } from '../fixtures.ts';

const w = words.sv;
const sizes = [
  ['a phone', { width: 360, height: 740 }],
  ['1280 by 1024 at 400 % zoom', { width: 320, height: 256 }],
] as const;

const test = base.extend<object, { hasty: string }>({
  hasty: [
    async ({}, use) => {
      const limits = {
        ANSLUT_CODE__RESEND_WAIT: '1s',
        ANSLUT_CODE__SAME_CODE_WHILE: '1s',
        // The shortest that can be configured.
        ANSLUT_CODE__LIFETIME: '1m',
      };
      const demo = await startDemo(undefined, limits, 'ignore');
      await use(demo.url);
      await demo.stop();
    },
    { scope: 'worker' },
  ],
});

/** Asserts that an element is wholly within the window. */
async function expectSeen(page: Page, element: Locator, what: string) {
  await expect(element, what).toBeVisible();
  const within = () =>
    element.evaluate((element) => {
      const { top, bottom, left, right } = element.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight && left >= 0 && right <= document.documentElement.clientWidth;
    });
  await expect.poll(within, what).toBe(true);
}

for (const [what, size] of sizes) {
  test.describe(`on ${what}`, () => {
    test.use({ viewport: size });
    test.skip(({ isMobile }) => isMobile, 'the size is set here');

    test('without an answer each form says so right above its button', async ({
      page,
      context,
      request,
      forgiven,
      javaScriptEnabled: scripts,
    }) => {
      test.skip(!scripts, 'without scripts the browser itself says that there is no network');
      test.setTimeout(60_000);
      forgiven.push(/Failed to load resource: net::ERR_/);
      const recipient = new Recipient(page, await invite(request, { allowEId: true }), scripts);
      /** Presses a button without network, then with it. */
      const press = async (name: string) => {
        const button = recipient.button(name);
        const form = page.locator('form').filter({ has: button });
        const message = form.getByRole('alert').locator('.message');
        await expect(message).toBeHidden();
        await context.setOffline(true);
        await button.click();
        await expectSeen(page, message, `the message above ${name}`);
        const [above, below] = [(await message.boundingBox())!, (await button.boundingBox())!];
        expect(below.y - above.y - above.height, name).toBeLessThan(40);
        expect(below.y, name).toBeGreaterThan(above.y);
        await context.setOffline(false);
        await button.click();
        await expect(message).toBeHidden();
      };
      await recipient.open();
      await recipient.expectHeading(w.method);
      await press('English');
      await recipient.expectHeading(words.en.method);
      await press('Svenska');
      await recipient.expectHeading(w.method);
      await press(w.useEId);
      await recipient.expectHeading(w.address);
      await recipient.link(w.useCodeInstead).click();
      await recipient.expectHeading(w.method);
      await press(w.goOn);
      await recipient.expectHeading(w.address);
      await press(w.useEIdInstead);
      await recipient.field(w.addressField).fill(recipient.invitation.email);
      await press(w.goOn);
      await recipient.expectHeading(w.choose);
      await press(w.elsewhere);
      await recipient.expectHeading(w.bankid);
      await press(w.cancel);
      await recipient.expectHeading(w.choose);
      await recipient.link(w.useCodeInstead).click();
      await recipient.button(w.goOn).click();
      await recipient.expectHeading(w.address);
      await press(w.goOn);
      await recipient.expectHeading(w.code);
      await press(w.resend);
      await recipient.field(w.codeField).fill(await code(request, recipient.invitation.email));
      await press(w.identify);
      await recipient.expectHeading(w.invitation);
      await press(w.connect);
      await recipient.expectHeading(w.meeting);
      await press(w.end);
      await recipient.expectHeading(w.ended);
    });

    test('a problem with what was sent is seen', async ({ page, request, javaScriptEnabled: scripts }) => {
      const recipient = new Recipient(page, await invite(request), scripts);
      await recipient.toAddress();
      await recipient.fillAddress('anna.example.org');
      await expectSeen(page, page.locator('.problem-line'), 'a malformed address');
      await recipient.fillAddress(recipient.invitation.email);
      await recipient.expectHeading(w.code);
      await recipient.enter('12');
      await expectSeen(page, page.locator('.problem-line'), 'a malformed code');
      await recipient.button(w.resend).click();
      await expectSeen(page, page.getByRole('status').filter({ hasText: 'alldeles nyss' }).locator('p'), 'too soon');
      await expect(recipient.button(w.resend)).toBeFocused();
    });

    test.describe('where codes can be had at once', () => {
      test.skip(...ownDemo);
      test.use({ baseURL: async ({ hasty }, use) => use(hasty) });

      test('a code that was sent again is told at the button, which keeps the focus', async ({
        page,
        request,
        javaScriptEnabled: scripts,
      }) => {
        const recipient = new Recipient(page, await invite(request), scripts);
        await recipient.toCode();
        const answer = page.getByRole('status').filter({ hasText: 'Koden är skickad.' }).locator('p');
        await expect(async () => {
          await recipient.button(w.resend).click();
          await expect(answer).toBeVisible({ timeout: 500 });
        }).toPass();
        await expectSeen(page, answer, 'the answer');
        await expect(recipient.button(w.resend)).toBeFocused();
        await expect(recipient.button(w.resend)).toHaveAccessibleDescription(/Koden är skickad/);
      });
    });
  });
}

test.describe('on a phone, where codes live for a minute', () => {
  test.skip(...ownDemo);
  test.use({ baseURL: async ({ hasty }, use) => use(hasty), viewport: sizes[0][1] });
  test.skip(({ isMobile }) => isMobile, 'the size is set here');

  test('an expired code says so by itself, and the main button sends another', async ({
    page,
    request,
    javaScriptEnabled: scripts,
  }) => {
    test.setTimeout(120_000);
    const recipient = new Recipient(page, await invite(request), scripts);
    await recipient.toCode();
    const over = page.locator('.message.problem').filter({ hasText: /^Koden gällde till kl\. \d\d\.\d\d\.$/ });
    if (scripts) {
      await expect(over).toBeVisible({ timeout: 75_000 });
    } else {
      await expect(async () => {
        await page.reload();
        await expect(over).toBeVisible({ timeout: 500 });
      }).toPass({ timeout: 75_000 });
    }
    await expectSeen(page, over, 'what happened');
    await expect(over).toBeFocused();
    await expect(page.locator('.button.main')).toHaveText(w.resend);
    await recipient.expectText('Du kan få en ny kod nu.');
    await expect(recipient.field(w.codeField)).toHaveAccessibleDescription(/^Koden gällde till/);
    if (scripts) await expectNoViolations(page, 'an expired code');
    await recipient.button(w.resend).click();
    await expect(page.getByRole('status').filter({ hasText: 'Koden är skickad.' })).toBeVisible();
    await expect(over).toHaveCount(0);
    await expect(page.locator('.button.main')).toHaveText(w.identify);
  });
});

test('help that was opened is closed at the next step', async ({ page, request, javaScriptEnabled: scripts }) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.open();
  await page.getByText(w.help, { exact: true }).click();
  await expect(page.locator('details.help')).toHaveAttribute('open');
  await recipient.button(w.goOn).click();
  await recipient.expectHeading(w.address);
  await expect(page.locator('details.help')).not.toHaveAttribute('open');
});

test('help after identification is about the room, and whom to call', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request, { starts: 3 * 3600 }), scripts);
  await recipient.toInvitation();
  const help = page.locator('details.help');
  await page.getByText(w.needHelp).click();
  await expect(help).toContainText(/Mötesrummet öppnar \S+ \d+ \S+ kl\. \d\d\.\d\d/);
  await expect(help).toContainText('kamera och mikrofon');
  await expect(help.getByRole('link', { name: /0300/ }).first()).toBeVisible();
});

test('the page after the end leads back and says whom to call', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const recipient = new Recipient(page, await invite(request), scripts);
  await recipient.toInvitation();
  await recipient.button(w.end).click();
  await recipient.expectHeading(w.ended);
  await expect(page).toHaveURL(`${recipient.invitation.path}/ended`);
  await expect(page.getByRole('main')).toContainText(recipient.invitation.sender);
  await expect(page.getByRole('main').getByRole('link', { name: /0300/ }).first()).toBeVisible();
  await recipient.link(w.openAgain).click();
  await recipient.expectHeading(w.method);
});

test('a page of another invitation says that one is open', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const first = new Recipient(page, await invite(request), scripts);
  await first.toInvitation();
  await first.expectText('Du är identifierad. Avsluta');
  const second = new Recipient(page, await invite(request), scripts);
  await second.open();
  await second.expectText('Du har en annan inbjudan öppen i den här webbläsaren.');
  await expect(page.getByRole('main')).not.toContainText('Du är identifierad.');
});
