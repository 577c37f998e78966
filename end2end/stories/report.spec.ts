// Reports of accessibility problems, by the form of the accessibility statement.
import { expectNoViolations } from '../axe.ts';
import { newest } from '../demo.ts';
import { expect, test } from '../fixtures.ts';

const OFFICE = 'tillganglighet@kommun.example';

test('a problem is reported on the accessibility statement itself', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}, info) => {
  const text = `Knappen syns inte (${info.project.name}, försök ${info.retry}, ${Date.now()}).\nKontrast?`;
  await page.goto('/accessibility');
  const field = page.getByRole('textbox', { name: 'Beskriv problemet', exact: true });
  const send = page.getByRole('button', { name: 'Skicka rapporten', exact: true });
  if (scripts) await expectNoViolations(page, 'statement');

  await send.click();
  await expect(page).toHaveTitle(/^Fel: /);
  await expect(field).toBeFocused();
  await expect(field).toBeInViewport();
  await expect(field).toHaveAccessibleDescription(/^Beskriv problemet innan du skickar\./);
  if (scripts) await expectNoViolations(page, 'empty report');

  await field.fill('a'.repeat(2_001));
  await send.click();
  await expect(field).toHaveAccessibleDescription(/^Texten är 1 tecken för lång\./);
  await expect(field).toHaveValue('a'.repeat(2_001));

  await field.fill(text);
  await send.click();
  await expect(page).toHaveURL('/accessibility/reported');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tack för din rapport');
  if (scripts) await expectNoViolations(page, 'reported');
  await page.getByRole('link', { name: 'Tillbaka till tillgänglighets\u00adredogörelsen' }).click();
  await expect(field).toHaveValue('');

  const first = text.split('\n')[0]!;
  const mail = await newest(request, OFFICE, (mail) => mail.text.includes(`> ${first}\n> Kontrast?`));
  expect(mail.html).toBeNull();
});
