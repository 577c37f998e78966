// The BankID app on a phone, as the stories use it: it scans the QR code on the page and acts as the person.
// It uses the demo's addresses for testers.
import { type APIRequestContext, expect } from '@playwright/test';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { CIA } from './demo.ts';
import type { Recipient } from './fixtures.ts';

/** An action of the person in the app. */
export type Action =
  | { action: 'sign'; personal_number?: string; name?: string; risk?: 'low' | 'high' }
  | { action: 'cancel' }
  | { action: 'fail' | 'hint'; hint_code: string };

/** Scans the QR code on the page. Returns the `orderRef`. */
export async function scan(request: APIRequestContext, recipient: Recipient): Promise<string> {
  const picture = recipient.page.getByRole('img', { name: recipient.words.qr, exact: true });
  let order = '';
  await expect(async () => {
    const { data, width, height } = PNG.sync.read(await picture.screenshot({ timeout: 2_000 }));
    const qr = jsqr.default(new Uint8ClampedArray(data), width, height)?.data ?? '';
    const answer = await request.post('/dev/bankid/scan', { data: { qr } });
    expect(answer.status(), await answer.text()).toBe(200);
    order = ((await answer.json()) as { orderRef: string }).orderRef;
  }, 'the QR code is read').toPass({ timeout: 15_000 });
  return order;
}

/** Opens the app by the page's link, on the same device. Returns the `orderRef`. */
export async function start(request: APIRequestContext, recipient: Recipient): Promise<string> {
  const href = await recipient.link(recipient.words.openApp).getAttribute('href');
  const autoStartToken = new URL(href!, recipient.page.url()).searchParams.get('autostarttoken');
  const answer = await request.post('/dev/bankid/start', { data: { autoStartToken } });
  expect(answer.status(), await answer.text()).toBe(200);
  return ((await answer.json()) as { orderRef: string }).orderRef;
}

/** Performs an action in the app. Returns the address to which the app returns, if any. */
export async function act(request: APIRequestContext, order: string, action: Action) {
  const answer = await request.post(`/dev/bankid/orders/${order}`, { data: action });
  expect(answer.status(), await answer.text()).toBe(200);
  return ((await answer.json()) as { returnUrl: string | null }).returnUrl;
}

/** Signs in the app, by default as the invited person. */
export async function sign(request: APIRequestContext, order: string, who = CIA) {
  return act(request, order, { action: 'sign', personal_number: who.number, name: who.name });
}

/** `true` if the order is still open. */
export async function isOpen(request: APIRequestContext, order: string): Promise<boolean> {
  const data = { action: 'hint', hint_code: 'userSign' };
  return (await request.post(`/dev/bankid/orders/${order}`, { data })).ok();
}
