/** Measures the delay until an event is visible, and the remains of very many events. */
import { expect } from '@playwright/test';
import { beginTimes, printFigure } from '../support/figure.ts';
import { openPage, signIn, test } from '../support/fixtures.ts';

/** Keeps the sockets of a page, and notes when a message about a VM arrives. */
const WATCH = `
  window.sockets = [];
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...parts) {
      super(...parts);
      window.sockets.push(this);
      this.addEventListener('message', ({ data }) => {
        if (data.includes(window.awaited)) window.arrivedMs ??= performance.now();
      });
    }
  };
`;

/** Answers how long after the arrival of its event a text was painted. */
const SEE = `async (text) => {
  const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
  while (!document.querySelector('main').textContent.includes(text)) await nextFrame();
  await nextFrame();
  return performance.now() - window.arrivedMs;
}`;

test('an event until it is seen', async ({ page, server, seeded }) => {
  await page.addInitScript(WATCH);
  await signIn(page, server);
  const [vm = ''] = seeded.vmIds;
  await openPage(page, `/vms/${vm}`);
  await expect(page.getByRole('heading', { level: 1, name: 'e2e-web-01' })).toBeVisible();
  await expect(page.getByText('✓Live')).toBeVisible();
  const times = beginTimes();
  const rounds = 60;
  for (let round = 0; round < rounds; round += 1) {
    const description = `seen ${round} times`;
    await page.evaluate(`window.awaited = '${vm}'; window.arrivedMs = undefined;`);
    const seen = page.evaluate<number>(`(${SEE})('${description}')`);
    await server.send('PATCH', `/vms/${vm}`, { description });
    times.add(await seen);
    // The events of one change are over before the next one.
    await expect
      .poll(async () => Object(await server.send('GET', '/operations?status=running')).items.length)
      .toBe(0);
  }
  times.print('dashboard-event-to-pixel', 150);
});

/** Sends events to the page as its socket would, as many a frame as arrive in a busy one. */
const FLOOD = `async (count, first, ids) => {
  const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
  const socket = window.sockets.at(-1);
  for (let sent = 0; sent < count; ) {
    for (let each = 0; each < 100 && sent < count; each += 1, sent += 1) {
      const position = first + sent;
      const event = {
        id: 'evt_' + position, position, type: 'vm.state.changed',
        target: ids[sent % ids.length], priority: 'normal', source: 'server',
        at: new Date().toISOString(), data: { operation_id: 'op_' + position, name: 'vm' + sent },
      };
      const data = JSON.stringify({ type: 'event', event });
      socket.dispatchEvent(new MessageEvent('message', { data }));
    }
    await nextFrame();
  }
}`;

test('what 180,000 events leave in the browser', async ({ page, server, seeded }) => {
  test.setTimeout(600_000);
  await page.addInitScript(WATCH);
  await signIn(page, server);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await expect(page.getByText('✓Live')).toBeVisible();
  const session = await page.context().newCDPSession(page);
  const settle = async () => {
    await page.waitForLoadState('networkidle');
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const nodes: unknown = await page.evaluate('document.querySelectorAll("*").length');
    return { heapMb: usedSize / 1_048_576, nodes: Number(nodes) };
  };
  const flood = (count: number, first: number) =>
    page.evaluate(`(${FLOOD})(${count}, ${first}, ${JSON.stringify(seeded.vmIds)})`);
  const warmUp = 6_000;
  const beyond = 1_000_000_000;
  await flood(warmUp, beyond);
  const before = await settle();
  const events = 180_000;
  const startedMs = performance.now();
  await flood(events, beyond + warmUp);
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  const after = await settle();
  printFigure(
    {
      figure: 'dashboard-heap-growth',
      value: Math.max(0, after.heapMb - before.heapMb),
      unit: 'MB',
      goal: 5,
    },
    { events, seconds, nodes_before: before.nodes, nodes_after: after.nodes },
  );
  expect(after.nodes).toBeLessThanOrEqual(before.nodes + 20);
});
