// Two servers on one PostgreSQL database behind a simple proxy, and a mail server that keeps its messages.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttp, request as ask } from 'node:http';
import { connect, createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './start-servers.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = process.env.ANSLUT_PROGRAM ?? join(root, 'target/release/anslut');

/**
 * Starts all of it. Resolves when both servers are ready.
 *
 * @param {string} bankid address of the simulated BankID
 */
export async function startServers(bankid) {
  const data = mkdtempSync(join(tmpdir(), 'anslut-'));
  const database = await startPostgres();
  const post = await startMailServer();
  const ports = [await freePort(), await freePort()];
  const proxy = await startProxy(ports);
  const settings = {
    ...process.env,
    ANSLUT_ORGANISATION__NAME: 'Exempelkommunen',
    ANSLUT_ORGANISATION__PHONE: '+46300834000',
    ANSLUT_HTTP__PUBLIC_URL: proxy.url,
    ANSLUT_DATABASE__URL: database.url,
    ANSLUT_MAIL__URL: `smtp://127.0.0.1:${post.port}`,
    ANSLUT_MAIL__FROM: 'mote@kommun.example',
    ANSLUT_BANKID__URL: bankid,
    ANSLUT_SECRETS__KEY: randomBytes(32).toString('base64'),
    ANSLUT_ROOM__LISTEN: '127.0.0.1:0',
  };
  const servers = ports.map((port, index) => {
    const env = {
      ...settings,
      ANSLUT_HTTP__LISTEN: `127.0.0.1:${port}`,
      ANSLUT_ROOM__SERVER: `server${index}`,
    };
    return spawn(program, ['serve'], { cwd: data, env, stdio: 'ignore' });
  });
  const stop = async () => {
    for (const server of servers) {
      if (server.exitCode !== null || server.signalCode !== null) continue;
      server.kill('SIGKILL');
      await once(server, 'exit');
    }
    proxy.stop();
    post.stop();
    await database.stop();
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await Promise.all(ports.map((port, index) => ready(port, servers[index])));
    const call = promisify(execFile);
    const made = await call(program, ['token', 'create', '--name', 'stories'], {
      cwd: data,
      env: settings,
    });
    /** Stops a server as a power loss would, or with another signal. */
    const kill = async (index, signal = 'SIGKILL') => {
      const exit = once(servers[index], 'exit');
      servers[index].kill(signal);
      await exit;
    };
    const { url, answered } = proxy;
    const { mails, goes: mailGoes } = post;
    return { url, token: made.stdout.trim(), mails, mailGoes, answered, kill, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ready(port, server) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    if (server.exitCode !== null || Date.now() > deadline) throw new Error('no server got ready');
    await wait(50);
  }
}

/** Starts a PostgreSQL server, which runs until it is stopped or this process ends. */
async function startPostgres() {
  const hold = 'echo "$ANSLUT_TEST_POSTGRES"; cat >/dev/null';
  const env = { ...process.env, ANSLUT_TEST_POSTGRES: '' };
  const server = spawn(join(root, 'scripts/postgres'), ['sh', '-c', hold], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit').then(() => ['']);
  const [url] = await Promise.race([once(createInterface(server.stdout), 'line'), ended]);
  if (!url) throw new Error('no PostgreSQL: run scripts/setup');
  const stop = async () => {
    server.stdin.end();
    await ended;
  };
  return { url, stop };
}

/**
 * Starts a proxy that passes requests to the servers in turn, and to the next one if a server is gone. A room's web
 * socket goes to the server in its address.
 */
async function startProxy(ports) {
  const answered = ports.map(() => 0);
  let turn = 0;
  const pass = (index, request, body, response) =>
    new Promise((resolve) => {
      const { method, url: path, headers } = request;
      const asked = ask({ host: '127.0.0.1', port: ports[index], method, path, headers, agent: false });
      asked.on('response', (answer) => {
        answered[index] += 1;
        response.writeHead(answer.statusCode, answer.rawHeaders);
        answer.pipe(response);
        resolve(true);
      });
      asked.on('error', () => (response.headersSent ? response.destroy() : resolve(false)));
      asked.end(body);
    });
  const server = createHttp(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const first = turn++;
    for (let next = first; next < first + ports.length; next++) {
      if (await pass(next % ports.length, request, Buffer.concat(parts), response)) return;
    }
    response.writeHead(502).end();
  }).listen(0, '127.0.0.1');
  const sockets = new Set();
  server.on('upgrade', (request, near, head) => {
    const index = Number(/^\/room\/server(\d)\//.exec(request.url)?.[1]);
    if (!(index in ports)) return void near.destroy();
    const far = connect(ports[index], '127.0.0.1');
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let at = 0; at < request.rawHeaders.length; at += 2) {
      lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
    }
    far.write(`${lines.join('\r\n')}\r\n\r\n`);
    far.write(head);
    near.pipe(far).pipe(near);
    for (const [socket, other] of [[near, far], [far, near]]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await once(server, 'listening');
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, answered, stop };
}

/**
 * Starts a mail server that accepts every message unless it is switched off. It keeps recipients and text.
 */
async function startMailServer() {
  const mails = [];
  const guests = new Set();
  let open = true;
  const server = createTcp((socket) => {
    if (!open) return void socket.destroy();
    let to = [];
    let data;
    guests.add(socket);
    socket.on('close', () => guests.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.write('220 here\r\n');
    createInterface(socket).on('line', (line) => {
      if (data) {
        if (line !== '.') return void data.push(line.replace(/^\./, ''));
        mails.push({ to, text: plainText(data.join('\r\n')) });
        [to, data] = [[], undefined];
        return void socket.write('250 taken\r\n');
      }
      const word = line.slice(0, 4).toUpperCase();
      if (word === 'RCPT') to.push(line.match(/<(.*)>/)[1]);
      if (word === 'DATA') data = [];
      const answers = { DATA: '354 go on', QUIT: '221 bye' };
      socket.write(`${answers[word] ?? '250 well'}\r\n`);
      if (word === 'QUIT') socket.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const goes = (again) => {
    open = again;
    if (!again) for (const guest of guests) guest.destroy();
  };
  return { port: server.address().port, mails, goes, stop: () => server.close() };
}

/** Returns the plain text of an e-mail. */
function plainText(mail) {
  const part = mail.match(/Content-Type: text\/plain[\s\S]*?\r\n\r\n[\s\S]*?(?=\r\n--)/i)?.[0] ?? mail;
  const end = part.indexOf('\r\n\r\n');
  const [head, body] = [part.slice(0, end), part.slice(end + 4)];
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString();
  if (!/quoted-printable/i.test(head)) return body;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
