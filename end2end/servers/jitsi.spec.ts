// A meeting in Jitsi Meet. A stub stands for Jitsi: the address is read as Jitsi Meet reads it, and the token by another
// library than the one that made it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { jwtVerify } from 'jose';
import { code, invite } from '../demo.ts';
import { withDemo } from '../own-demo.ts';
import { words } from '../texts.ts';

test.slow();

const w = words.sv;
const secret = 'hemligt-hemligt-hemligt-hemligt-';

/** Starts a Jitsi that notes which addresses it is asked for. */
async function startJitsi() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<!doctype html><title>Jitsi</title><link rel="icon" href="data:,"><h1>Jitsi</h1>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, stop: () => server.close() };
}

/** Returns the settings of a fragment: each value is JSON. */
function settings(url: URL): Record<string, unknown> {
  const parts = url.hash.slice(1).split('&').map((part) => part.split('='));
  return Object.fromEntries(
    parts.map(([name, value]) => [name, JSON.parse(decodeURIComponent(value!)) as unknown]),
  );
}

test('whoever has identified is led into the room in Jitsi', async ({ page, playwright }) => {
  const jitsi = await startJitsi();
  const configured = {
    ANSLUT_JITSI__URL: jitsi.url,
    ANSLUT_JITSI__APP_ID: 'anslut',
    ANSLUT_JITSI__KEY: secret,
  };
  try {
    await withDemo(configured, async (url) => {
      const request = await playwright.request.newContext({ baseURL: url });
      const invitation = await invite(request, { kind: 'jitsi' });
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
      await page.goto(`${url}${invitation.path}`);
      await press(w.goOn);
      await page.getByRole('textbox', { name: w.addressField }).fill(invitation.email);
      await press(w.goOn);
      const field = page.getByRole('textbox', { name: w.codeField, exact: true });
      await expect(field).toBeVisible();
      expect(jitsi.asked).toEqual([]);
      await field.fill(await code(request, invitation.email));
      await press(w.identify);
      await press(w.connect);
      await press(w.join);
      await page.waitForURL(`${jitsi.url}/**`);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jitsi');

      const reached = new URL(page.url());
      const room = reached.pathname.slice(1);
      expect(room).toMatch(/^[0-9a-z]{32}$/);
      expect(jitsi.asked, 'neither a token nor a query comes to Jitsi').toEqual([`/${room}`]);
      const { jwt, ...others } = settings(reached);
      expect(others).toEqual({ 'config.p2p.enabled': false });
      const { payload, protectedHeader } = await jwtVerify(
        jwt as string,
        new TextEncoder().encode(secret),
        { algorithms: ['HS256'], audience: 'jitsi', issuer: 'anslut', subject: '127.0.0.1' },
      );
      expect(protectedHeader).toEqual({ typ: 'JWT', alg: 'HS256' });
      expect(payload.room).toBe(room);
      const { user } = payload.context as { user: Record<string, string> };
      expect(user).toEqual({ id: expect.any(String), name: 'Anna Andersson' });
      await request.dispose();
    });
  } finally {
    jitsi.stop();
  }
});
