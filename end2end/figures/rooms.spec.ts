// How soon people in a built-in room see each other, in real browsers. `make bench-rooms` prints it. Host and guests have
// a browser each, as they do in life: in one they would share the few buffers of one camera.
import { cpus } from 'node:os';
import { type Browser, type Page, test } from '@playwright/test';
import { book, HOST, Participant } from '../meetings/people.ts';
import { Pipe } from '../meetings/pipe.ts';
import { freePort, startDemo } from '../start-servers.mjs';

/** Rounds, each with another guest. A room has places for 7. */
const ROUNDS = Number(process.env.ANSLUT_ROUNDS ?? 5);

const figures: string[] = [];

interface Times {
  clicked: number;
  seen: number;
}

/** Notes when something is clicked, and when the first frame of somebody's picture is shown. */
async function watch(page: Page, name: string) {
  await page.evaluate((name) => {
    const now = () => performance.timeOrigin + performance.now();
    const times = { clicked: 0, seen: 0 };
    Object.assign(window, { times });
    addEventListener('click', () => (times.clicked ||= now()), { capture: true });
    const look = () => {
      const video = document.querySelector<HTMLVideoElement>(`main [aria-label^="${name}, "] video`);
      if (video && video.getVideoPlaybackQuality().totalVideoFrames > 0) times.seen = now();
      else setTimeout(look, 4);
    };
    look();
  }, name);
}

/** Returns the times, once the picture is shown. */
async function times(page: Page): Promise<Times> {
  const noted = await page.waitForFunction(() => {
    const { times } = window as unknown as { times: Times };
    return times.seen > 0 && times;
  });
  return (await noted.jsonValue()) as Times;
}

function note(what: string, goal: string, milliseconds: number[]) {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (place: number) => sorted[place]!.toFixed(0).padStart(5);
  const median = at(Math.floor(sorted.length / 2));
  figures.push(`  ${what.padEnd(58)} ${median} ms   ${at(0)} to ${at(sorted.length - 1)}   ${goal}`);
}

/** The browser of the host, and that of the guests. */
type Browsers = [Browser, Browser];

/** Opens a context of a browser, whose pages may use its camera. */
function opened(browser: Browser, baseURL: string) {
  return browser.newContext({ baseURL, permissions: ['camera', 'microphone'], locale: 'sv-SE' });
}

/** Admits a guest. Returns the times until the first frame at the host and at the guest. */
async function admit(kim: Participant, guest: Participant): Promise<[number, number]> {
  const press = kim.button(`Släpp in ${guest.person.name}`);
  await press.waitFor();
  await watch(kim.page, guest.person.name);
  await watch(guest.page, HOST);
  await press.click();
  const [near, far] = [await times(kim.page), await times(guest.page)];
  return [near.seen - near.clicked, far.seen - near.clicked];
}

/** Measures the start of meetings: the guest waits, and the host admits them as soon as the button is there. */
async function measureStart([first, second]: Browsers, settings: Record<string, string>) {
  const demo = await startDemo(undefined, settings, 'ignore');
  const [atHost, atGuest] = [[] as number[], [] as number[]];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [hosts, guests] = [await opened(first, demo.url), await opened(second, demo.url)];
    const meeting = await book(hosts.request, ['Gäst']);
    const guest = await Participant.at(guests, meeting.guests[0]!);
    await guest.join();
    const kim = await Participant.at(hosts, meeting.host);
    await kim.join();
    const [near, far] = await admit(kim, guest);
    atHost.push(near);
    atGuest.push(far);
    await guests.close();
    await hosts.close();
  }
  note('Släpp in as soon as the host is in, at the host, UDP', '≤ 1,000', atHost);
  note('Släpp in as soon as the host is in, at the guest, UDP', '≤ 1,000', atGuest);
  await demo.stop();
}

/** Starts a demo, and measures how people meet in its room. */
async function measure(
  [first, second]: Browsers,
  over: string,
  settings: Record<string, string>,
  goal: string,
) {
  const demo = await startDemo(undefined, settings, 'ignore');
  const hosts = await opened(first, demo.url);
  const names = Array.from({ length: ROUNDS }, (_, n) => `Gäst ${n + 1}`);
  const meeting = await book(hosts.request, names);
  const kim = await Participant.at(hosts, meeting.host);
  await kim.join();
  await kim.inside();
  const [joined, atHost, atGuest] = [[] as number[], [] as number[], [] as number[]];
  for (const person of meeting.guests) {
    const context = await opened(second, demo.url);
    const guest = await Participant.at(context, person);
    await guest.join();
    const [near, far] = await admit(kim, guest);
    atHost.push(near);
    atGuest.push(far);
    await guest.button('Lämna mötet').click();
    await kim.tile(person.name).waitFor({ state: 'detached' });
    await guest.open();
    await guest.button('Slå på kamera och mikrofon').click();
    await guest.page.getByLabel('Din bild').waitFor();
    await watch(guest.page, HOST);
    await guest.button('Anslut till mötet').click();
    const own = await times(guest.page);
    joined.push(own.seen - own.clicked);
    await context.close();
  }
  note(`Anslut till mötet until the first remote frame, ${over}`, goal, joined);
  note(`Släpp in until the first frame at the host, ${over}`, '≤ 1,000', atHost);
  note(`Släpp in until the first frame at the guest, ${over}`, '≤ 1,000', atGuest);
  await hosts.close();
  await demo.stop();
}

test('people see each other', async ({ browser, launchOptions }) => {
  test.setTimeout(900_000);
  const second = await browser.browserType().launch(launchOptions);
  const browsers: Browsers = [browser, second];
  const udp = { ANSLUT_ROOM__LISTEN: '127.0.0.1:0' };
  await measureStart(browsers, udp);
  await measure(browsers, 'UDP', udp, '≤ 500');
  const port = await freePort();
  const blocked = await Pipe.to(port);
  blocked.udpBlocked = true;
  const settings = {
    ANSLUT_ROOM__LISTEN: `127.0.0.1:${port}`,
    ANSLUT_ROOM__ADVERTISE: `127.0.0.1:${blocked.port}`,
  };
  await measure(browsers, 'TCP', settings, '≤ 700');
  blocked.close();
  await second.close();
  const { model } = cpus()[0]!;
  console.log(`${model}, ${cpus().length} cores, Chromium ${browser.version()}`);
  console.log(`medians of ${ROUNDS}, least to most`);
  console.log(figures.join('\n'));
});
