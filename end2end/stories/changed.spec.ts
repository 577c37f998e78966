// Programs between the service and the reader change the page, before or after hydration.
import type { Page } from '@playwright/test';
import { code, invite } from '../demo.ts';
import { words } from '../texts.ts';
import { expect, Recipient, test } from '../fixtures.ts';

const w = words.sv;

test.beforeEach(({ javaScriptEnabled: scripts }) => {
  test.skip(!scripts, 'where there are no scripts nothing is taken over');
});

/** Changes of a page, by the programs that make them. Each runs in the page. */
const changes: Record<string, () => void> = {
  'an element beside each field, as of a password manager': () =>
    document.querySelectorAll('input').forEach((it) => it.after(document.createElement('div'))),
  'an element first in each form': () =>
    document.querySelectorAll('form').forEach((it) => it.prepend(document.createElement('span'))),
  'a field that is wrapped': () =>
    document.querySelectorAll('input:not([type=hidden])').forEach((it) => {
      const wrap = document.createElement('span');
      it.replaceWith(wrap);
      wrap.append(it);
    }),
  'texts in <font>, as of a translation': () => {
    // The room's page is another program's.
    const app = document.querySelector('#app');
    if (!app) return;
    const walker = document.createTreeWalker(app, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts.filter((it) => it.data.trim())) {
      const font = document.createElement('font');
      font.textContent = text.data;
      text.replaceWith(font);
    }
  },
  'texts that are other nodes, as of a translation': () => {
    for (const it of document.querySelectorAll('main p, main h1, main button')) {
      for (const text of [...it.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)) {
        text.replaceWith(document.createTextNode(text.nodeValue!));
      }
    }
  },
  'numbers that are links': () => {
    for (const it of document.querySelectorAll('main p')) {
      const link = document.createElement('a');
      link.href = 'tel:112';
      link.textContent = '112';
      it.prepend(link);
    }
  },
  'comments taken out, as of a proxy': () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_COMMENT);
    const comments: Comment[] = [];
    while (walker.nextNode()) comments.push(walker.currentNode as Comment);
    for (const comment of comments) comment.remove();
  },
  'white space between elements': () =>
    document.querySelectorAll('#app *').forEach((it) => it.before('\n  ')),
  'the whole page written anew': () => {
    document.body.innerHTML += '<div></div>';
  },
  'attributes, and an element behind everything': () => {
    document.querySelectorAll('#app *').forEach((it) => it.setAttribute('data-seen', ''));
    document.body.append(document.createElement('aside'));
  },
};

/** Walks the whole flow by code, and calls `between` at each step. */
async function walk(recipient: Recipient, between: (page: Page) => Promise<void>) {
  const { page, invitation } = recipient;
  const at = async (heading: string, path: string) => {
    await recipient.expectHeading(heading);
    await expect(page).toHaveURL(`${invitation.path}${path}`);
    await between(page);
  };
  await recipient.open();
  await recipient.expectHeading(w.method);
  // Only the app puts the step's address on the first page.
  expect([invitation.path, `${invitation.path}/method`]).toContain(new URL(page.url()).pathname);
  await between(page);
  await recipient.button(w.goOn).click();
  await at(w.address, '/address');
  await recipient.fillAddress('anna');
  await recipient.expectText(/ser inte ut som en e.postadress/);
  await expect(recipient.field(w.addressField)).toHaveValue('anna');
  await recipient.fillAddress(invitation.email);
  await at(w.code, '/code');
  await recipient.enter(await code(page.request, invitation.email));
  await at(w.invitation, '/invitation');
  await recipient.button(w.connect).click();
  await at(w.meeting, '/meeting');
  await page.goBack();
  await recipient.expectHeading(w.invitation);
  await page.goForward();
  await recipient.expectHeading(w.meeting);
  await recipient.button(w.join).click();
  await expect(page).toHaveURL(invitation.room);
}

for (const [what, change] of Object.entries(changes)) {
  test(`the way goes on with ${what}`, async ({ page, context, request }) => {
    await context.addInitScript(
      `document.addEventListener('DOMContentLoaded', () => (${change})())`,
    );
    await walk(new Recipient(page, await invite(request), true), async () => {});
  });

  test(`the way goes on with ${what}, once the app has taken over`, async ({ page, request }) => {
    await walk(new Recipient(page, await invite(request), true), (page) => page.evaluate(change));
  });
}

test('a page that breaks later is given back, and the way goes on', async ({
  page,
  request,
  forgiven,
}) => {
  forgiven.push(/unreachable/);
  const recipient = new Recipient(page, await invite(request), true);
  await recipient.open();
  await recipient.expectHeading(w.method);
  await recipient.mark();
  // From here on drawing fails.
  await page.evaluate(() => {
    const broken = () => {
      throw new Error('broken');
    };
    Object.assign(document, { createElement: broken, createElementNS: broken });
  });
  await recipient.button(w.goOn).click();
  await expect.poll(() => recipient.marked().catch(() => true), 'another document is loaded').toBe(false);
  await recipient.expectHeading(w.address);
  await expect(page.locator('html[data-live]'), 'as a plain one').toHaveCount(0);
  await recipient.fillAddress(recipient.invitation.email);
  await recipient.expectHeading(w.code);
  await expect(page.locator('html[data-live]'), 'the next one is the app again').toBeAttached();
});

test('a page that is as it was sent is taken over', async ({ page, request }) => {
  const recipient = new Recipient(page, await invite(request), true);
  for (const path of [recipient.invitation.path, '/ended', '/m/none']) {
    await page.goto(path);
    await expect(page.locator('html[data-live]'), path).toBeAttached();
  }
});

test('a statement has nothing to take over, and loads no bundle', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  for (const path of ['/privacy', '/accessibility']) {
    await page.goto(path, { waitUntil: 'networkidle' });
    await expect(page.locator('html[data-live]'), path).toHaveCount(0);
  }
  expect(loaded.filter((path) => /\.(js|wasm)$/.test(path))).toEqual([]);
  expect(loaded.filter((path) => path.endsWith('.css'))).not.toEqual([]);
});

test('code, word and names are not translated, and the rest is', async ({ page, request }) => {
  const recipient = new Recipient(page, await invite(request), true);
  await recipient.toCode();
  await expect(recipient.field(w.codeField)).toHaveAttribute('translate', 'no');
  await expect(page.locator('.word')).toHaveAttribute('translate', 'no');
  await expect(page.locator('.brand')).toHaveAttribute('translate', 'no');
  const kept = page.locator('main [translate=no]:not(input, .word)');
  for (const text of await kept.allTextContents()) {
    expect(['Kim Handläggare', 'Exempelkommunen', recipient.invitation.email]).toContain(text);
  }
  await expect(page.locator('html[translate], body[translate], main[translate]')).toHaveCount(0);
});
