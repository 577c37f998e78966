// Fixtures of a story: a browser that must report no error and must not reach beyond the service, and the
// actions of a recipient.
import {
  type BrowserContext,
  type BrowserContextOptions,
  expect,
  type Page,
  test as base,
} from '@playwright/test';
import { expectNoViolations } from './axe.ts';
import { code, type Invitation, PROVIDER, ROOMS } from './demo.ts';
import { type Language, words as texts } from './texts.ts';

/** The browser's error for a response whose status is part of the story. */
const refused = /the server responded with a status of (401|404|422|429)/;

interface World {
  /** Errors that the story causes itself. */
  forgiven: RegExp[];
  /** Opens another browser. */
  another: (options?: BrowserContextOptions) => Promise<BrowserContext>;
}

export const test = base.extend<World>({
  forgiven: async ({}, use) => use([refused]),
  context: async ({ context, baseURL, forgiven }, use) => {
    const complaints = watch(context, baseURL!);
    await furnish(context);
    await use(context);
    await release(context);
    expect(unforgiven(complaints, forgiven)).toEqual([]);
  },
  another: async ({ browser, baseURL, forgiven }, use) => {
    const opened: { context: BrowserContext; complaints: string[] }[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      opened.push({ context, complaints: watch(context, baseURL!) });
      await furnish(context);
      return context;
    });
    for (const { context, complaints } of opened) {
      await release(context);
      await context.close();
      expect(unforgiven(complaints, forgiven)).toEqual([]);
    }
  },
});

function unforgiven(complaints: string[], forgiven: RegExp[]): string[] {
  return complaints.filter((text) => !forgiven.some((pattern) => pattern.test(text)));
}

/**
 * Collects what must not happen: errors, violations of the Content Security Policy, requests to other
 * origins.
 */
function watch(context: BrowserContext, origin: string): string[] {
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('response', (response) => {
    // The files of a page always exist.
    const part = !['document', 'fetch'].includes(response.request().resourceType());
    if (part && response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  context.on('request', (request) => {
    const url = request.url();
    const known = [origin, ROOMS, PROVIDER].some((known) => url.startsWith(`${known}/`));
    if (!known && !url.startsWith('data:')) complaints.push(`a request to ${url}`);
  });
  return complaints;
}

/** Skips all but two combinations: each size of screen once, and with and without scripts once. */
export const crosswise = [
  ({ isMobile, javaScriptEnabled }: { isMobile: boolean; javaScriptEnabled: boolean }) =>
    isMobile === javaScriptEnabled,
  'each size once, and each manner',
] as const;

/** Stops answering for the service, so that a request still under way at the end of a story fails nothing. */
async function release(context: BrowserContext) {
  await context.unrouteAll({ behavior: 'ignoreErrors' });
}

/** Answers for the rooms, and marks the document when the loaded app has started. */
async function furnish(context: BrowserContext) {
  await context.route(`${ROOMS}/**`, (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      body: '<!doctype html><html lang="sv"><title>Rummet</title><h1>Rummet</h1>',
    }),
  );
  await context.addInitScript(() =>
    addEventListener('TrunkApplicationStarted', () => {
      document.documentElement.dataset.loaded = 'yes';
    }),
  );
}

/** A recipient at a page. */
export class Recipient {
  constructor(
    readonly page: Page,
    readonly invitation: Invitation,
    /** `true` if scripts run. */
    readonly scripts: boolean,
    public words: (typeof texts)['sv' | 'en'] = texts[invitation.language],
  ) {}

  /** Opens an address of the service, by default the invitation's link. */
  async open(path = this.invitation.path) {
    await this.page.goto(path);
    await this.loaded();
  }

  /** Waits until the app has hydrated the page, if scripts run. */
  async loaded() {
    if (this.scripts) await expect(this.page.locator('html[data-loaded]')).toBeAttached();
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true });
  }

  link(name: string) {
    return this.page.getByRole('link', { name, exact: true });
  }

  field(name: string) {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  /** Asserts that the page has this heading, and no other. */
  async expectHeading(heading: string) {
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(heading);
    await this.loaded();
  }

  /** Waits for the page with this heading, which comes once the service has polled BankID. */
  async waitForHeading(heading: string) {
    const title = this.page.getByRole('heading', { level: 1 });
    await expect(title).toHaveText(heading, { timeout: 15_000 });
    await this.loaded();
  }

  /** Asserts that the page's content contains this text. */
  async expectText(text: string | RegExp) {
    await expect(this.page.getByRole('main')).toContainText(text);
  }

  /** Asserts that axe finds nothing wrong, and that language and title are right. */
  async expectAccessible(what: string, language: Language) {
    // Axe itself needs scripts.
    if (this.scripts) await expectNoViolations(this.page, what);
    await expect(this.page.locator('html')).toHaveAttribute('lang', language);
    const heading = await this.page.getByRole('heading', { level: 1 }).innerText();
    await expect(this.page).toHaveTitle(`${heading} – Exempelkommunen`);
  }

  async toAddress() {
    await this.open();
    await this.expectHeading(this.words.method);
    await this.button(this.words.goOn).click();
    await this.expectHeading(this.words.address);
  }

  async toCode(email = this.invitation.email) {
    await this.toAddress();
    await this.fillAddress(email);
    await this.expectHeading(this.words.code);
  }

  /** Types an address and continues. */
  async fillAddress(email: string) {
    await this.field(this.words.addressField).fill(email);
    await this.button(this.words.goOn).click();
  }

  /** Types a code and identifies. */
  async enter(code: string) {
    await this.field(this.words.codeField).fill(code);
    await this.button(this.words.identify).click();
  }

  async toInvitation() {
    await this.toCode();
    await this.enter(await code(this.page.request, this.invitation.email));
    await this.expectHeading(this.words.invitation);
  }

  /** Walks the flow of an invitation that requires an e-ID, up to the choice. */
  async toChoice(email = this.invitation.email) {
    await this.open();
    await this.expectHeading(this.words.address);
    await this.fillAddress(email);
    await this.expectHeading(this.words.method);
    await this.button(this.words.goOn).click();
    await this.expectHeading(this.words.choose);
  }

  /** Chooses a method by its name. */
  async choose(way: string) {
    await this.button(way).click();
  }

  async toBankId(way = this.words.elsewhere as string) {
    await this.toChoice();
    await this.choose(way);
    await this.expectHeading(this.words.bankid);
  }

  async toMeeting() {
    await this.toInvitation();
    await this.button(this.words.connect).click();
    await this.expectHeading(this.words.meeting);
  }

  /** Marks the document, to check later whether it is still the same. */
  async mark() {
    await this.page.evaluate(() => Object.assign(window, { marked: true }));
  }

  /** `true` if the document is still the marked one. */
  async marked() {
    return this.page.evaluate(() => 'marked' in window);
  }
}

/** Identifies in a browser without opening a page. */
export async function identify(context: BrowserContext, invitation: Invitation, entering = false) {
  const form = { invitation: invitation.token };
  const post = async (call: string, more = {}) => {
    const answer = await context.request.post(`/do/${call}`, { form: { ...form, ...more } });
    expect(answer.status(), call).toBe(200);
  };
  await post('begin');
  await post('address', { email: invitation.email });
  await post('code', { code: await code(context.request, invitation.email) });
  if (entering) await post('enter');
}

export { expect };
