// A demo that the guest reaches over a way that a story can make bad, and the media that arrive at each person.
import type { APIRequestContext, BrowserContext, BrowserContextOptions } from '@playwright/test';
import { expect, test as base } from '../fixtures.ts';
import { freePort, startDemo } from '../start-servers.mjs';
import { inside, type Participant } from './people.ts';
import { Pipe } from './pipe.ts';

/** The media that have arrived at a browser over its newest connection. */
export interface Arrived {
  /** Number of the connection in its document. */
  connection: number;
  /** Pictures that were decoded. */
  frames: number;
  /** Energy of the sound that was played. */
  energy: number;
  /** Height of the last picture, in pixels. */
  height: number;
  /** Seconds of sound that were played, and the part of them that had to be made up. */
  played: number;
  madeUp: number;
  /** Way of the packets: `udp` or `tcp`, or `relay` over TURN. */
  way: string;
}

/** A demo and the guest's way to it. */
export interface Network {
  demo: Awaited<ReturnType<typeof startDemo>>;
  /** Port of the server's media. */
  media: number;
  /** The guest's way, at the address that the server advertises. */
  guests: Pipe;
  /** `true` if browsers take no way but TURN. */
  relayed: boolean;
}

interface Options {
  /** Further configuration of the demo, as TOML. */
  config: string;
  /** `true` if browsers take no way but TURN. */
  relayed: boolean;
}

export const test = base.extend<Options & { network: Network }>({
  config: ['', { option: true }],
  relayed: [false, { option: true }],
  network: async ({ config, relayed }, use) => {
    const media = await freePort();
    const guests = await Pipe.to(media);
    const settings = {
      ANSLUT_ROOM__LISTEN: `127.0.0.1:${media}`,
      // With a pipe behind it a TURN server would not know the server's own address.
      ANSLUT_ROOM__ADVERTISE: `127.0.0.1:${relayed ? media : guests.port}`,
    };
    const demo = await startDemo(undefined, settings, 'ignore', config);
    await use({ demo, media, guests, relayed });
    await demo.stop();
    guests.close();
  },
  baseURL: async ({ network }, use) => use(network.demo.url),
  // What a page asks for while its way is cut fails.
  forgiven: async ({}, use) => use([/responded with a status of 50\d/, /net::ERR_/, /WebSocket connection to/]),
});

/** Opens a browser for the host, which reaches the server directly, and one for a guest. */
export async function browsers(
  { media, guests, relayed }: Network,
  another: (options?: BrowserContextOptions) => Promise<BrowserContext>,
): Promise<[BrowserContext, BrowserContext]> {
  const host = await another();
  // Each pipe costs time, and delays look like a narrow way.
  await host.addInitScript(observe, { from: guests.port, to: media, relayed });
  // A browser asks no proxy for a local address, if nothing is said.
  const guest = await another({ proxy: { server: guests.proxy, bypass: '<-loopback>' } });
  await guest.addInitScript(observe, { from: 0, to: 0, relayed });
  return [host, guest];
}

/** Opens a meeting: the host and a guest, both inside. */
export async function meet(request: APIRequestContext, ...ways: Parameters<typeof browsers>) {
  return inside(request, await browsers(...ways));
}

/** Keeps a document's connections, and leads their media over another port than the one that the server advertises. */
export function observe({ from, to, relayed }: { from: number; to: number; relayed: boolean }) {
  const connections: RTCPeerConnection[] = [];
  const Connection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, ...(relayed && { iceTransportPolicy: 'relay' as const }) });
      connections.push(this);
    }

    override setRemoteDescription({ type, sdp }: RTCSessionDescriptionInit) {
      return super.setRemoteDescription({ type, sdp: sdp!.replaceAll(` ${from} typ host`, ` ${to} typ host`) });
    }
  };
  Object.assign(window, { connections });
}

/** Returns what has arrived at a page. */
export async function arrived(page: { evaluate<T>(read: () => Promise<T>): Promise<T> }): Promise<Arrived> {
  return page.evaluate(async () => {
    const { connections } = window as unknown as { connections: RTCPeerConnection[] };
    const found = {
      connection: connections.length,
      frames: 0,
      energy: 0,
      height: 0,
      played: 0,
      madeUp: 0,
      way: '',
    };
    const report = await connections.at(-1)?.getStats();
    const parts = [...((report?.values() ?? []) as Iterable<Record<string, never>>)];
    for (const part of parts) {
      if (part['type'] === 'inbound-rtp' && part['kind'] === 'video') {
        found.frames += part['framesDecoded'] ?? 0;
        found.height = Math.max(found.height, part['frameHeight'] ?? 0);
      }
      if (part['type'] === 'inbound-rtp' && part['kind'] === 'audio') {
        found.energy += part['totalAudioEnergy'] ?? 0;
        found.played += (part['totalSamplesReceived'] ?? 0) / 48_000;
        found.madeUp += (part['concealedSamples'] ?? 0) / 48_000;
      }
      if (part['type'] === 'transport') {
        const pair = parts.find((it) => it['id'] === part['selectedCandidatePairId']);
        const local = parts.find((it) => it['id'] === pair?.['localCandidateId']);
        found.way = local?.['candidateType'] === 'relay' ? 'relay' : (local?.['protocol'] ?? '');
      }
    }
    return found;
  });
}

/** A kind of media. */
type Kind = 'frames' | 'energy';

/** Waits until more arrives, and returns the milliseconds that it took. */
export async function arrives(
  who: Participant,
  kind: Kind,
  { timeout = 20_000, more = kind === 'frames' ? 1 : 1e-6 } = {},
) {
  const began = Date.now();
  const before = await arrived(who.page);
  const fresh = async () => {
    const now = await arrived(who.page);
    return now[kind] - (now.connection === before.connection ? before[kind] : 0);
  };
  const message = `${kind} at ${who.person.name}`;
  await expect.poll(fresh, { message, timeout, intervals: [50] }).toBeGreaterThanOrEqual(more);
  return Date.now() - began;
}

/** Asserts that pictures and sound arrive at everybody. */
export async function allArrives(people: Participant[]) {
  for (const who of people) {
    await arrives(who, 'frames', { more: 10 });
    await arrives(who, 'energy');
  }
}

/** Keeps a measured time with the test's result, and asserts that it is within a bound. In milliseconds. */
export function measured(what: string, milliseconds: number, bound: number) {
  test.info().annotations.push({ type: 'measured', description: `${what}: ${milliseconds} ms` });
  expect.soft(milliseconds, what).toBeLessThanOrEqual(bound);
}
