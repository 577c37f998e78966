// The server is gone for a while: everybody is in the meeting again, without a knock.
import { expect } from '../fixtures.ts';
import { allArrives, arrives, measured, meet, test } from './network.ts';

test.slow();

const BROKEN = 'Anslutningen bröts. Vi ansluter dig igen.';

for (const [signal, what, gone] of [
  // So long that browsers try at their longest interval.
  ['SIGKILL', 'killed', 6_000],
  ['SIGTERM', 'stopped', 0],
] as const) {
  test(`a server that is ${what} and started again has everybody back`, async ({ another, network, request }) => {
    const { kim, anna } = await meet(request, network, another);
    await allArrives([kim, anna]);
    const began = Date.now();
    const ended = network.demo.end(signal).then(() => Date.now() - began);
    for (const who of [kim, anna]) {
      await expect(who.page.getByRole('alert').filter({ hasText: BROKEN })).toBeVisible();
    }
    measured('everybody reads that the connection broke', Date.now() - began, 2_000);
    measured('the server has ended', await ended, 5_000);
    await expect.poll(() => Date.now() - began, { timeout: 10_000 }).toBeGreaterThanOrEqual(gone);
    await network.demo.launch();
    const back = await Promise.all([arrives(kim, 'frames'), arrives(anna, 'frames')]);
    measured('pictures back at everybody', Math.max(...back), 5_000);
    for (const who of [kim, anna]) await expect(who.page.getByText(BROKEN)).toHaveCount(0);
    await allArrives([kim, anna]);
    await expect(kim.button('Släpp in Anna Andersson')).toHaveCount(0);
  });
}
