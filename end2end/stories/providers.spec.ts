// Identification with an OpenID Connect provider on another site.
import type { Page } from '@playwright/test';
import { expectNoViolations } from '../axe.ts';
import { BO, CIA, event, invite, PROVIDER, providerless } from '../demo.ts';
import { words } from '../texts.ts';
import { crosswise, expect, Recipient, test } from '../fixtures.ts';

const w = words.sv;

test.describe.configure({ timeout: 60_000 });
test.skip(...providerless);

/** Identifies at the provider, with this level of assurance. */
async function identify(page: Page, button: string, level = 'level 3') {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Test provider');
  expect(new URL(page.url()).origin).toBe(PROVIDER);
  await page.getByRole('combobox', { name: 'How sure' }).selectOption(level);
  await page.getByRole('button', { name: button, exact: true }).click();
}

for (const [provider, manner, language] of [
  ['Exempel-id', 'with everything signed', 'sv'],
  ['Kommun-id', 'with a secret', 'en'],
] as const) {
  test(`a provider opens the invitation (${manner}, ${language})`, async ({
    page,
    request,
    javaScriptEnabled: scripts,
  }) => {
    const personalNumber = CIA.number;
    const invitation = await invite(request, { method: 'e-id', language, personalNumber });
    const recipient = new Recipient(page, invitation, scripts);
    await recipient.toChoice();
    await recipient.choose(provider);
    const spoken = language === 'sv' ? 'Swedish' : 'English';
    await expect(page.getByText(`Asked to speak ${spoken}`)).toBeVisible();
    await identify(page, 'Identify as Cia Ceder');
    await recipient.expectHeading(words[language].invitation);
    await expect(page).toHaveURL(`${invitation.path}/invitation`);
    await recipient.expectText(invitation.title);
    expect(await event(request, invitation.id, 'identified')).toMatchObject({
      who: CIA.name,
      assurance: 'loa3',
      identity_matched: true,
    });
  });
}

test('what goes wrong at a provider is said, and there is another try', async ({
  page,
  request,
  javaScriptEnabled: scripts,
}) => {
  const personalNumber = CIA.number;
  const invitation = await invite(request, { method: 'e-id', personalNumber });
  const recipient = new Recipient(page, invitation, scripts);
  await recipient.toChoice();
  for (const [button, level, said] of [
    ['Cancel', 'level 3', 'Du avbröt identifieringen'],
    ['Identify as Cia Ceder', 'level 2', 'inte identifiera dig så säkert'],
    ['Identify as Cia Ceder', 'not sure enough', 'inte identifiera dig så säkert'],
    [`Identify as ${BO.name}`, 'level 3', 'stämmer inte med inbjudan'],
  ] as const) {
    await recipient.choose('Exempel-id');
    await identify(page, button, level);
    await recipient.expectHeading(w.choose);
    await recipient.expectText(said);
    await expect(page).toHaveTitle(/^Fel: /);
  }
  if (scripts) await expectNoViolations(page, 'not invited');
  await recipient.choose('Kommun-id');
  await identify(page, 'Identify as Cia Ceder');
  await recipient.expectHeading(w.invitation);
});

test.describe('on one of each', () => {
  test.skip(...crosswise);

  test('a provider that is down says so, and the others stay', async ({
    page,
    request,
    javaScriptEnabled: scripts,
  }) => {
    const recipient = new Recipient(page, await invite(request, { method: 'e-id' }), scripts);
    await recipient.toChoice();
    await recipient.choose('Vilande id');
    await recipient.expectText('svarar inte just nu');
    await recipient.expectHeading(w.choose);
    if (scripts) await expectNoViolations(page, 'provider is down');
    await recipient.choose('Exempel-id');
    await identify(page, 'Identify as Cia Ceder');
    await recipient.expectHeading(w.invitation);
  });

  test('Back from a provider leads to the choice', async ({
    page,
    request,
    javaScriptEnabled: scripts,
  }) => {
    const recipient = new Recipient(page, await invite(request, { method: 'e-id' }), scripts);
    await recipient.toChoice();
    await recipient.choose('Exempel-id');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Test provider');
    await page.goBack();
    await recipient.expectHeading(w.choose);
    await recipient.choose('Kommun-id');
    await identify(page, 'Identify as Cia Ceder');
    await recipient.expectHeading(w.invitation);
  });
});
