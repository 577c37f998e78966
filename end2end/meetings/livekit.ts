// A server in the place of LiveKit: its calls, its signalling (livekit_rtc.proto), and media that a page of Chromium passes
// on. It knows as much as a room of ours needs, and misbehaves as a story says. The client in the room's page is the real
// one.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type AddTrackRequest,
  DisconnectReason,
  JoinResponse,
  LeaveRequest,
  LeaveRequest_Action,
  ParticipantInfo,
  ParticipantInfo_State,
  ParticipantUpdate,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  SignalTarget,
  SpeakersChanged,
  TrackInfo,
  TrackPublishedResponse,
  TrickleRequest,
} from '@livekit/protocol';
import type { Page } from '@playwright/test';
import { test as base } from '../fixtures.ts';
import { startDemo } from '../start-servers.mjs';
import { jwtVerify } from 'jose';
import { type ClaimGrants, TokenVerifier } from 'livekit-server-sdk';
import { type WebSocket, WebSocketServer } from 'ws';

const KEY = 'APIanslut';
const SECRET = 'a secret of a key at LiveKit, long enough';

/** The way in which it answers browsers. */
export type Manner = 'right' | 'refuses' | 'nonsense' | 'silent';

/** A browser's first request, as it was read. */
export interface First {
  path: string;
  claims: ClaimGrants;
}

interface Person {
  identity: string;
  room: string;
  socket: WebSocket;
  info: ParticipantInfo;
  /** Id of the last offer, which the answer repeats. */
  offer: number;
  tracks: Map<string, TrackInfo>;
}

export class LiveKit {
  /** The first requests of browsers. */
  readonly firsts: First[] = [];
  /** The names of calls to it. */
  readonly calls: string[] = [];
  manner: Manner = 'right';
  private people = new Map<string, Person>();
  private number = 0;
  private sockets = new WebSocketServer({ noServer: true });

  private port: number;

  private constructor(
    private server: ReturnType<typeof createServer>,
    private media: Page,
  ) {
    this.port = (server.address() as AddressInfo).port;
  }

  /** Starts it. `media` is a page for the media, which the caller closes. */
  static async start(media: Page) {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const livekit = new LiveKit(server, media);
    await media.exposeFunction('toBrowser', (id: string, kind: string, value: string) =>
      livekit.tell(id, kind, value),
    );
    await media.evaluate(passOn);
    server.on('request', (request, response) => void livekit.called(request, response));
    server.on('upgrade', (request, socket, head) => void livekit.opened(request, socket, head));
    return livekit;
  }

  get settings() {
    return {
      ANSLUT_LIVEKIT__URL: `ws://127.0.0.1:${this.port}`,
      ANSLUT_LIVEKIT__API_KEY: KEY,
      ANSLUT_LIVEKIT__API_SECRET: SECRET,
    };
  }

  /** Returns its address, as pages ask it. */
  get origin() {
    return `127.0.0.1:${this.port}`;
  }

  /** Returns the identities in all rooms. */
  get inside() {
    return [...this.people.values()].map((it) => it.identity);
  }

  /** Reports to everybody that somebody speaks. */
  speaks(identity: string) {
    const [sid] = [...this.people].find(([, it]) => it.identity === identity)!;
    const speakers = new SpeakersChanged({ speakers: [{ sid, level: 1, active: true }] });
    for (const person of this.people.values()) {
      send(person.socket, { case: 'speakersChanged', value: speakers });
    }
  }

  stop() {
    for (const { socket } of this.people.values()) socket.terminate();
    this.server.closeAllConnections();
    this.server.close();
  }

  private async called(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url!, 'http://livekit');
    const answer = (status: number, body: object) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'access-control-allow-origin': '*',
      });
      response.end(JSON.stringify(body));
    };
    if (url.pathname.endsWith('/validate')) {
      return answer(this.manner === 'refuses' ? 401 : 200, {});
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, string>;
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    await new TokenVerifier(KEY, SECRET).verify(token);
    const call = url.pathname.split('/').at(-1)!;
    this.calls.push(call);
    const inside = [...this.people].filter(([, it]) => it.room === asked.room);
    switch (call) {
      case 'ListParticipants':
        return answer(200, { participants: inside.map(([sid, it]) => ({ sid, identity: it.identity })) });
      case 'RemoveParticipant':
        inside.filter(([, it]) => it.identity === asked.identity).forEach(([sid]) => this.remove(sid));
        return answer(200, {});
      case 'DeleteRoom':
        inside.forEach(([sid]) => this.remove(sid));
        return answer(200, {});
      default:
        return answer(200, {});
    }
  }

  /** Reads the first request of a client, and answers it. */
  private async opened(request: IncomingMessage, socket: Duplex, head: Buffer) {
    const url = new URL(request.url!, 'http://livekit');
    const token = url.searchParams.get('access_token') ?? '';
    const claims = await new TokenVerifier(KEY, SECRET).verify(token);
    // Another library reads the same.
    await jwtVerify(token, new TextEncoder().encode(SECRET), { algorithms: ['HS256'], issuer: KEY });
    this.firsts.push({ path: url.pathname, claims });
    if (this.manner === 'refuses') {
      socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    if (this.manner === 'silent') return;
    this.sockets.handleUpgrade(request, socket, head, (socket) => {
      if (this.manner === 'nonsense') return socket.send('nonsense');
      void this.join(socket, claims);
    });
  }

  private async join(socket: WebSocket, claims: ClaimGrants) {
    const sid = `PA_${++this.number}`;
    const [identity, room] = [claims.sub!, claims.video!.room!];
    const info = new ParticipantInfo({
      sid,
      identity,
      name: claims.name ?? '',
      state: ParticipantInfo_State.ACTIVE,
      permission: { canPublish: true, canSubscribe: true },
    });
    const person: Person = { identity, room, socket, info, offer: 0, tracks: new Map() };
    const others = this.others(sid, room);
    this.people.set(sid, person);
    socket.on('message', (data) => {
      this.said(sid, SignalRequest.fromBinary(new Uint8Array(data as Buffer))).catch((error) => {
        // A story ends while its people still speak.
        if (this.people.has(sid) && !this.media.isClosed()) throw error;
      });
    });
    socket.on('close', () => this.gone(sid));
    const join = new JoinResponse({
      room: { sid: `RM_${room}`, name: room },
      participant: info,
      otherParticipants: others.map((it) => it.info),
      serverVersion: '1.8.0',
      serverInfo: { version: '1.8.0', protocol: 15 },
      subscriberPrimary: true,
      enabledPublishCodecs: [{ mime: 'video/VP8' }, { mime: 'audio/opus' }],
      pingInterval: 5,
      pingTimeout: 15,
    });
    send(socket, { case: 'join', value: join });
    this.update(person);
    const published = others.flatMap((it) => [...it.tracks.keys()].map((cid) => [it.info.sid, cid]));
    await this.media.evaluate(([sid, published]) => window.media.join(sid, published), [sid, published] as const);
  }

  private async said(sid: string, { message }: SignalRequest) {
    const page = this.media;
    switch (message.case) {
      case 'answer':
        return page.evaluate(([sid, sdp]) => window.media.answered(sid!, sdp!), [sid, message.value.sdp]);
      case 'offer':
        this.people.get(sid)!.offer = message.value.id;
        return page.evaluate(([sid, sdp]) => window.media.offered(sid!, sdp!), [sid, message.value.sdp]);
      case 'trickle': {
        const sends = message.value.target === SignalTarget.PUBLISHER;
        const { candidateInit } = message.value;
        return page.evaluate(([sid, sends, it]) => window.media.trickled(sid, sends, it), [sid, sends, candidateInit] as const);
      }
      case 'addTrack':
        return this.add(sid, message.value);
      case 'leave':
        return this.people.get(sid)?.socket.close();
      default:
        return undefined;
    }
  }

  private add(sid: string, { cid, type, source, name, simulcastCodecs, layers }: AddTrackRequest) {
    const person = this.people.get(sid);
    if (!person) return;
    const codecs = simulcastCodecs.map((it) => ({ mimeType: `video/${it.codec}`, cid: it.cid }));
    const track = new TrackInfo({ sid: `TR_${++this.number}`, type, source, name, layers, codecs, mimeType: type ? 'video/VP8' : 'audio/opus' });
    person.tracks.set(cid, track);
    send(person.socket, { case: 'trackPublished', value: new TrackPublishedResponse({ cid, track }) });
    this.update(person);
    void this.media.evaluate(([sid, cid, track]) => window.media.name(sid!, cid!, track!), [sid, cid, track.sid]);
  }

  /** Passes on what the media's page says. */
  private tell(sid: string, kind: string, value: string) {
    const person = this.people.get(sid);
    if (!person) return;
    if (kind === 'offer' || kind === 'answer') {
      const id = kind === 'answer' ? person.offer : ++this.number;
      send(person.socket, { case: kind, value: new SessionDescription({ type: kind, sdp: value, id }) });
    } else if (kind === 'ended') {
      person.tracks.delete(value);
      this.update(person);
    } else {
      const target = kind === 'publisher' ? SignalTarget.PUBLISHER : SignalTarget.SUBSCRIBER;
      send(person.socket, { case: 'trickle', value: new TrickleRequest({ candidateInit: value, target }) });
    }
  }

  private others(sid: string, room: string) {
    return [...this.people].filter(([it, { room: at }]) => it !== sid && at === room).map(([, it]) => it);
  }

  private update(person: Person) {
    person.info.tracks = [...person.tracks.values()];
    person.info.version += 1;
    const update = new ParticipantUpdate({ participants: [person.info] });
    for (const other of this.others('', person.room)) send(other.socket, { case: 'update', value: update });
  }

  private remove(sid: string) {
    const person = this.people.get(sid);
    if (!person) return;
    const leave = new LeaveRequest({
      reason: DisconnectReason.PARTICIPANT_REMOVED,
      action: LeaveRequest_Action.DISCONNECT,
    });
    send(person.socket, { case: 'leave', value: leave });
    person.socket.close();
    this.gone(sid);
  }

  private gone(sid: string) {
    const person = this.people.get(sid);
    if (!person) return;
    this.people.delete(sid);
    person.info.state = ParticipantInfo_State.DISCONNECTED;
    this.update(person);
    if (!this.media.isClosed()) void this.media.evaluate((sid) => window.media.leave(sid), sid).catch(() => {});
  }
}

/** Stories in a demo that has a LiveKit. */
export const test = base.extend<{ livekit: LiveKit; demo: { url: string } }>({
  livekit: async ({ browser }, use) => {
    const media = await browser.newPage();
    const livekit = await LiveKit.start(media);
    await use(livekit);
    livekit.stop();
    await media.close();
  },
  demo: async ({ livekit }, use) => {
    const demo = await startDemo(undefined, livekit.settings, 'ignore');
    await use(demo);
    await demo.stop();
  },
  baseURL: async ({ demo }, use) => use(demo.url),
  // LiveKit is another origin, which the policy of the page allows.
  forgiven: async ({ livekit }, use) => use([new RegExp(livekit.origin), /status of 409/]),
});

function send(socket: WebSocket, message: SignalResponse['message']) {
  if (socket.readyState === socket.OPEN) socket.send(new SignalResponse({ message }).toBinary());
}

interface Media {
  join(sid: string, published: readonly (readonly (string | undefined)[])[]): Promise<void>;
  answered(sid: string, sdp: string): Promise<void>;
  offered(sid: string, sdp: string): Promise<void>;
  trickled(sid: string, sends: boolean, candidate: string): Promise<void>;
  name(sid: string, cid: string, track: string): Promise<void>;
  leave(sid: string): void;
}

declare global {
  interface Window {
    media: Media;
    toBrowser(sid: string, kind: string, value: string): Promise<void>;
  }
}

/** Runs in the media's page: passes each track on to everybody else. */
function passOn() {
  interface Peer {
    /** To the client. */
    sub: RTCPeerConnection;
    /** From the client. */
    pub: RTCPeerConnection | undefined;
    /** Tracks from the client, by the client's ids of them. */
    tracks: Map<string, MediaStreamTrack>;
    /** Stream ids as LiveKit writes them, by those of this page. */
    streams: Map<string, string>;
    negotiating: Promise<void>;
    answer: (() => void) | undefined;
    early: string[];
  }
  const peers = new Map<string, Peer>();
  const names = new Map<string, string>();

  const negotiate = (sid: string, peer: Peer) => {
    peer.negotiating = peer.negotiating.then(async () => {
      const offer = await peer.sub.createOffer();
      await peer.sub.setLocalDescription(offer);
      let sdp = offer.sdp!;
      for (const [own, name] of peer.streams) sdp = sdp.replaceAll(own, name);
      const answered = new Promise<void>((resolve) => (peer.answer = resolve));
      await window.toBrowser(sid, 'offer', sdp);
      await answered;
    });
  };
  /** Passes a track on to one peer, once its name and its media are there. */
  const show = (to: string, peer: Peer, from: string, cid: string) => {
    const [track, name] = [peers.get(from)?.tracks.get(cid), names.get(`${from} ${cid}`)];
    const stream = `${from}|${name}`;
    if (!track || !name || to === from || [...peer.streams.values()].includes(stream)) return false;
    const own = new MediaStream();
    peer.streams.set(own.id, stream);
    peer.sub.addTrack(track, own);
    return true;
  };
  const showAll = (from: string, cid: string) => {
    for (const [to, peer] of peers) if (show(to, peer, from, cid)) negotiate(to, peer);
  };

  window.media = {
    async join(sid, published) {
      const sub = new RTCPeerConnection();
      const peer: Peer = {
        sub,
        pub: undefined,
        tracks: new Map(),
        streams: new Map(),
        negotiating: Promise.resolve(),
        answer: undefined,
        early: [],
      };
      peers.set(sid, peer);
      sub.createDataChannel('_reliable');
      sub.createDataChannel('_lossy', { ordered: false, maxRetransmits: 0 });
      sub.onicecandidate = ({ candidate }) => {
        if (candidate) void window.toBrowser(sid, 'subscriber', JSON.stringify(candidate));
      };
      for (const [from, cid] of published) show(sid, peer, from!, cid!);
      negotiate(sid, peer);
    },
    async answered(sid, sdp) {
      const peer = peers.get(sid);
      await peer?.sub.setRemoteDescription({ type: 'answer', sdp });
      peer?.answer?.();
    },
    async offered(sid, sdp) {
      const peer = peers.get(sid);
      if (!peer) return;
      if (!peer.pub) {
        const pub = (peer.pub = new RTCPeerConnection());
        pub.onicecandidate = ({ candidate }) => {
          if (candidate) void window.toBrowser(sid, 'publisher', JSON.stringify(candidate));
        };
        pub.ontrack = ({ track }) => {
          // A track that no element plays is not decoded.
          const element = document.createElement(track.kind === 'video' ? 'video' : 'audio');
          element.muted = true;
          element.srcObject = new MediaStream([track]);
          void element.play();
        };
      }
      await peer.pub.setRemoteDescription({ type: 'offer', sdp });
      // The same section carries another track later, which only the offer names.
      const cids = new Map<string, string>();
      for (const section of sdp.split('\r\nm=').slice(1)) {
        const [mid, cid] = [/a=mid:(\S+)/.exec(section)?.[1], /a=msid:\S+ (\S+)/.exec(section)?.[1]];
        if (mid && cid && !/a=(inactive|recvonly)/.test(section)) cids.set(cid, mid);
      }
      for (const cid of [...peer.tracks.keys()].filter((cid) => !cids.has(cid))) {
        peer.tracks.delete(cid);
        await window.toBrowser(sid, 'ended', cid);
      }
      for (const [cid, mid] of cids) {
        const from = peer.pub.getTransceivers().find((it) => it.mid === mid);
        if (from) peer.tracks.set(cid, from.receiver.track);
      }
      for (const candidate of peer.early.splice(0)) await peer.pub.addIceCandidate(JSON.parse(candidate));
      const answer = await peer.pub.createAnswer();
      await peer.pub.setLocalDescription(answer);
      await window.toBrowser(sid, 'answer', answer.sdp!);
      for (const cid of cids.keys()) showAll(sid, cid);
    },
    async trickled(sid, sends, candidate) {
      const peer = peers.get(sid);
      if (!peer) return;
      if (sends && !peer.pub?.remoteDescription) {
        peer.early.push(candidate);
        return;
      }
      await (sends ? peer.pub : peer.sub)?.addIceCandidate(JSON.parse(candidate)).catch(() => {});
    },
    async name(sid, cid, track) {
      names.set(`${sid} ${cid}`, track);
      showAll(sid, cid);
    },
    leave(sid) {
      const peer = peers.get(sid);
      peers.delete(sid);
      peer?.sub.close();
      peer?.pub?.close();
    },
  };
}
