// Codes by SMS.
import { expectNoViolations } from '../axe.ts';
import { invite, mails, smsCode, status, wrong } from '../demo.ts';
import { words } from '../words.ts';
import { expect, Recipient, test } from '../world.ts';

for (const language of ['sv', 'en'] as const) {
  test(`a code by SMS opens the invitation (${language})`, async ({
    page,
    request,
    javaScriptEnabled: scripts,
  }) => {
    const invitation = await invite(request, { method: 'sms-code', language });
    const recipient = new Recipient(page, invitation, scripts);
    const w = words[language];
    const masked = `070-*** ** ${invitation.phone.slice(-2)}`;
    await recipient.open();
    await recipient.at(w.method);
    await recipient.reads(masked);
    if (scripts) await expectNoViolations(page, 'method');
    await recipient.button(w.goOn).click();
    await recipient.at(w.address);
    await recipient.give(invitation.email);
    await recipient.at(w.smsCode);
    await recipient.reads(masked);
    await expect(page.getByRole('main')).not.toContainText(invitation.phone.slice(-7));
    if (scripts) await expectNoViolations(page, 'code');

    const { digits, sms } = await smsCode(request, invitation);
    expect(sms).toMatchObject({ channel: 'sms', to: invitation.phone, links: [] });
    expect(sms.text.length).toBeLessThanOrEqual(160);
    expect(sms.text).toContain('Exempelkommunen');
    expect(sms.text).not.toContain(invitation.title);
    expect(await mails(request, invitation.email), 'the invitation and nothing else').toHaveLength(1);

    await recipient.enter(wrong(digits));
    await expect(page).toHaveTitle(new RegExp(`^${w.error}`));
    await recipient.enter(digits);
    await recipient.at(w.invitation);
    await recipient.reads(invitation.title);
    expect(await status(request, invitation.id)).toBe('identified');
  });
}
