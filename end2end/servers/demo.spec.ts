// The demo as somebody who tries it meets it: from the start page to the room, with nothing but its pages.
import { expect, type Page, test } from '@playwright/test';
import { expectNoViolations } from '../axe.ts';
import { open, withDemo } from '../own-demo.ts';
import { words } from '../texts.ts';

test.slow();

const w = words.sv;
const phone = '+46701740605';

test('a walk from the start page ends in the demo’s room', async ({
  page,
  context,
  javaScriptEnabled: scripts,
}) => {
  const isAccessible = async (shown: Page, what: string) => {
    if (scripts) await expectNoViolations(shown, what);
  };
  await withDemo({}, async (url) => {
    await page.goto(url);
    await isAccessible(page, 'the start page');
    await open(page, url, 'Code by SMS or e-ID');
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await press(w.goOn);
    await page.getByRole('textbox').fill('bo@example.org');
    await press(w.goOn);
    const field = page.getByRole('textbox', { name: w.codeField, exact: true });
    await expect(field).toBeVisible();

    const outbox = await context.newPage();
    await outbox.goto(`${url}/dev/outbox`);
    await outbox.getByLabel('To this address or number').fill(phone);
    await outbox.getByRole('button', { name: 'Show', exact: true }).click();
    const code = outbox.locator('.code');
    await expect(async () => {
      await outbox.reload();
      expect(await code.count()).toBe(1);
    }).toPass();
    await isAccessible(outbox, 'the outbox');
    await field.fill(await code.innerText());

    await press(w.identify);
    await press(w.connect);
    await press(w.join);
    await page.waitForURL(`${url}/dev/room`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('You have reached the meeting');
    await isAccessible(page, 'the room');
    await page.getByRole('link', { name: 'start page' }).click();
    await page.getByRole('main').getByRole('link', { name: 'BankID app', exact: true }).click();
    await isAccessible(page, 'the phone');
  });
});
