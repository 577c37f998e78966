// Takes the screenshots of README.md and docs/try-it.md from the demo: node pictures.mjs
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { roboto } from './roboto.mjs';
import { chromium as find, chromiumArgs, startDemo } from './start-servers.mjs';

const { chromium } = createRequire(import.meta.url)('@playwright/test');
const phone = { width: 360, height: 740 };
const folder = fileURLToPath(new URL('../docs/', import.meta.url));
const email = 'anna@example.org';

const demo = await startDemo();
const browser = await chromium.launch({ executablePath: find(), args: chromiumArgs });
try {
  const page = await browser.newPage({
    baseURL: demo.url,
    locale: 'sv-SE',
    timezoneId: 'Europe/Stockholm',
    viewport: phone,
    deviceScaleFactor: 2,
    bypassCSP: true,
  });
  const take = async (name) => {
    await page.addStyleTag({ content: roboto });
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' });
  };
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  const at = (name) => page.getByRole('heading', { level: 1, name }).waitFor();
  const outbox = async () =>
    (await page.request.get('/dev/outbox.json', { params: { to: email } })).json();

  const [invitation] = await outbox();
  await page.goto(new URL(invitation.links.find((link) => link.includes('/m/'))).pathname);
  await at('Identifiera dig för att öppna inbjudan');
  await take('method');
  await press('Fortsätt');
  await page.getByRole('textbox', { name: 'E-postadress' }).fill(email);
  await press('Fortsätt');
  await at('Skriv koden från mejlet');
  await take('code');
  let code;
  while (!code) code = (await outbox())[0].text.match(/^\s*(\d{4})\s*$/m)?.[1];
  await page.getByRole('textbox', { name: 'Kod' }).fill(code);
  await press('Identifiera');
  await at('Du är inbjuden till ett videomöte');
  await take('invitation');
  await page.setViewportSize({ width: 640, height: 740 });
  await page.goto('/dev/outbox');
  await take('outbox');
  await page.setViewportSize(phone);

  const cia = 'cia@example.org';
  const mails = await (
    await page.request.get('/dev/outbox.json', { params: { to: cia } })
  ).json();
  await page.goto(new URL(mails[0].links.find((link) => link.includes('/m/'))).pathname);
  await page.getByRole('textbox', { name: 'E-postadress' }).fill(cia);
  await press('Fortsätt');
  await at('Identifiera dig för att öppna inbjudan');
  await press('Fortsätt');
  await at('Välj identifieringsmetod');
  await take('choose');
  await press('BankID på annan enhet');
  await page.getByRole('img', { name: 'QR-kod' }).waitFor();
  await take('bankid');
} finally {
  await browser.close();
  await demo.stop();
}
