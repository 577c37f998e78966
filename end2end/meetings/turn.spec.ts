// A TURN server: the last way out of a network that lets nothing else out.
import { expect } from '../fixtures.ts';
import { freePort } from '../start-servers.mjs';
import { allArrives, arrived, meet, test } from './network.ts';
import { startTurn } from './turn.ts';

test.slow();

const port = await freePort();
const SECRET = 'north';

test.use({
  relayed: true,
  config: `[room.turn]\nurls = ["turn:127.0.0.1:${port}?transport=tcp"]\nsecret = "${SECRET}"\n`,
});

test('over a TURN server pictures and sound arrive at both', async ({ another, network, request }) => {
  const turn = await startTurn(port, SECRET);
  try {
    const { kim, anna } = await meet(request, network, another);
    await allArrives([kim, anna]);
    for (const who of [kim, anna]) expect((await arrived(who.page)).way).toBe('relay');
  } finally {
    await turn.stop();
  }
});
