// Codes by SMS.
import { expectNoViolations } from '../axe.ts';
import { invite, mails, smsCode, status, wrong } from '../demo.ts';
import { words } from '../texts.ts';
import { expect, Recipient, test } from '../fixtures.ts';

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
    await recipient.expectHeading(w.method);
    await recipient.expectText(masked);
    if (scripts) await expectNoViolations(page, 'method');
    await recipient.button(w.goOn).click();
    await recipient.expectHeading(w.address);
    await recipient.fillAddress(invitation.email);
    await recipient.expectHeading(w.smsCode);
    await recipient.expectText(masked);
    await expect(page.getByRole('main')).not.toContainText(invitation.phone.slice(-7));
    if (scripts) await expectNoViolations(page, 'code');

    const { digits, sms } = await smsCode(request, invitation);
    expect(sms).toMatchObject({ channel: 'sms', to: invitation.phone, links: [] });
    expect([sms.subject, sms.html]).toEqual([null, null]);
    expect(sms.text.length).toBeLessThanOrEqual(160);
    expect(sms.text).toContain('Exempelkommunen');
    expect(sms.text).not.toContain(invitation.title);
    expect(await mails(request, invitation.email), 'the invitation and nothing else').toHaveLength(1);

    await recipient.enter(wrong(digits));
    await expect(page).toHaveTitle(new RegExp(`^${w.error}`));
    await recipient.enter(digits);
    await recipient.expectHeading(w.invitation);
    await recipient.expectText(invitation.title);
    expect(await status(request, invitation.id)).toBe('identified');
  });
}
