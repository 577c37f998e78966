// Debian's coturn, which takes credentials that are derived from a secret.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Starts a TURN server on loopback. Resolves when it takes connections. */
export async function startTurn(port: number, secret: string) {
  const data = mkdtempSync(join(tmpdir(), 'anslut-'));
  const settings = [
    '-n',
    '--no-cli',
    '--no-tls',
    '--no-dtls',
    '--listening-ip=127.0.0.1',
    '--relay-ip=127.0.0.1',
    `--listening-port=${port}`,
    '--realm=anslut.example',
    '--use-auth-secret',
    `--static-auth-secret=${secret}`,
    '--allow-loopback-peers',
    `--pidfile=${join(data, 'pid')}`,
    `--userdb=${join(data, 'db')}`,
    '--log-file=stdout',
  ];
  const server = spawn('turnserver', settings, { cwd: data, stdio: 'ignore' });
  const ended = Promise.race([once(server, 'exit'), once(server, 'error')]);
  const stop = async () => {
    server.kill('SIGKILL');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  const deadline = Date.now() + 10_000;
  while (!(await answers(port))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error('no coturn: run scripts/setup');
    }
    await wait(50);
  }
  return { stop };
}

async function answers(port: number) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
