// The way of one person's browser to the service, which a story can make bad: a relay for the media, over UDP and TCP,
// and a SOCKS proxy for everything else.
import { createSocket, type RemoteInfo, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const HERE = '127.0.0.1';

/** The longest time that bytes wait in front of a narrow way, in milliseconds. Later datagrams are lost. */
const QUEUE = 300;

/** Ports that are tried, until one is free for UDP and TCP. */
const TRIES = 20;

/** One direction of a way. Its width is that of all bytes together. */
class Lane {
  #free = 0;

  /** Returns the milliseconds that so many bytes wait, at so many bits a second. */
  wait(bytes: number, rate: number) {
    const now = Date.now();
    const begins = Math.max(now, this.#free);
    this.#free = begins + (bytes * 8_000) / rate;
    return begins - now;
  }

  /** `true` if a datagram finds no room in the queue. */
  get full() {
    return this.#free - Date.now() > QUEUE;
  }
}

/** The way of one person. */
export class Pipe {
  /** `true` while nothing passes, and nobody notices but by the silence. */
  cut = false;
  /** `true` while no media pass by UDP. */
  udpBlocked = false;
  /** `true` while no media pass by TCP. */
  tcpBlocked = false;
  /** The part of datagrams that are lost, from 0 to 1. */
  loss = 0;
  /** Datagrams that found no room in front of a narrow way. */
  overflowed = 0;
  /** The width of each direction of the media, in bits a second. */
  rate = Infinity;

  readonly #up = new Lane();
  readonly #down = new Lane();
  readonly #clients = new Map<string, Datagrams>();
  readonly #sockets = new Set<Socket>();

  private constructor(
    readonly target: number,
    readonly datagrams: Datagrams,
    readonly streams: Server,
    readonly others: Server,
  ) {
    datagrams.on('message', (data, from) => this.#send(data, from));
    streams.on('connection', (socket) => {
      void this.#relay(this.#kept(socket), this.#kept(connect(target, HERE)), true);
    });
    others.on('connection', (socket) => void this.#proxy(this.#kept(socket)));
  }

  /** Opens a way to the port of the media. */
  static async to(target: number) {
    for (let tried = 0; ; tried++) {
      const streams = await listening();
      const datagrams = createSocket('udp4');
      datagrams.bind(portOf(streams), HERE);
      try {
        await once(datagrams, 'listening');
        return new Pipe(target, datagrams, streams, await listening());
      } catch (error) {
        streams.close();
        if (tried === TRIES) throw error;
      }
    }
  }

  /** The port of the media, UDP and TCP. */
  get port() {
    return portOf(this.streams);
  }

  /** The address of the proxy. */
  get proxy() {
    return `socks5://${HERE}:${portOf(this.others)}`;
  }

  /** Ends everything. */
  close() {
    this.datagrams.close();
    for (const server of [this.streams, this.others]) server.close();
    for (const client of this.#clients.values()) client.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Passes a browser's datagram on. Each of its sockets has one here, so that the server can tell them apart. */
  #send(data: Buffer, { address, port }: RemoteInfo) {
    const name = `${address}:${port}`;
    let client = this.#clients.get(name);
    if (!client) {
      client = createSocket('udp4');
      // A server that is gone is noticed by silence.
      client.on('error', () => {});
      client.on('message', (answer) => {
        this.#drop(this.#down, answer, () => this.datagrams.send(answer, port, address));
      });
      this.#clients.set(name, client);
    }
    const socket = client;
    this.#drop(this.#up, data, () => socket.send(data, this.target, HERE));
  }

  #drop(lane: Lane, data: Buffer, send: () => void) {
    if (this.cut || this.udpBlocked || Math.random() < this.loss) return;
    if (lane.full) {
      this.overflowed++;
      return;
    }
    setTimeout(() => {
      try {
        send();
      } catch {
        // The story is over.
      }
    }, lane.wait(data.length, this.rate));
  }

  /** Joins two sockets. */
  async #relay(near: Socket, far: Socket, media: boolean) {
    await Promise.all([this.#pour(near, far, this.#up, media), this.#pour(far, near, this.#down, media)]);
  }

  async #pour(from: Socket, to: Socket, lane: Lane, media: boolean) {
    try {
      for await (const data of from) {
        while (this.cut || (media && this.tcpBlocked)) await wait(20);
        if (media) await wait(lane.wait(data.length, this.rate));
        if (!to.write(data)) await once(to, 'drain');
      }
      to.end();
    } catch {
      from.destroy();
      to.destroy();
    }
  }

  /** Answers as a SOCKS proxy without authentication (RFC 1928). */
  async #proxy(socket: Socket) {
    try {
      await once(socket, 'readable');
      socket.read();
      socket.write(Buffer.from([5, 0]));
      await once(socket, 'readable');
      const asked: Buffer = socket.read();
      // Playwright names an IPv4 address (1), and Chromium even that as a name (3).
      const host = asked[3] === 1 ? asked.subarray(4, -2).join('.') : asked.subarray(5, -2).toString();
      const far = this.#kept(connect(asked.readUInt16BE(asked.length - 2), host));
      await once(far, 'connect');
      socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
      await this.#relay(socket, far, false);
    } catch {
      socket.destroy();
    }
  }

  #kept(socket: Socket) {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    this.#sockets.add(socket);
    return socket;
  }
}

async function listening() {
  const server = createServer().listen(0, HERE);
  await once(server, 'listening');
  return server;
}

function portOf(server: Server) {
  return (server.address() as AddressInfo).port;
}
