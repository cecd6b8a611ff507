/** Measures the cost of live charts: three pages of metrics side by side, with four charts each. */
import { type Browser, type CDPSession, expect } from '@playwright/test';
import { beginCpuShare } from '../support/figure.ts';
import { signIn, test } from '../support/fixtures.ts';
import type { TestServer } from '../support/start-server.ts';

const PAGES = 3;

/** Each chart is drawn that often: as often as people can choose at most. Unit: milliseconds. */
const DRAWN_EVERY_MS = 10_000;

/** Interval of readings while the six hours are filled. Unit: milliseconds. */
const FILLED_EVERY_MS = 100;

/** Number of readings a page retains: six hours, at two per minute. */
const READINGS = 720;

/**
 * Lets the page ask for usage more often than every 10 s, and answers it with the first answer of
 * the server as if half a minute had passed: six hours of readings in 72 s.
 */
const HURRY = `
  const nativeInterval = window.setInterval;
  window.setInterval = (run, ms, ...rest) => {
    if (ms !== 10_000) return nativeInterval(run, ms, ...rest);
    let askedMs = 0;
    return nativeInterval(() => {
      const everyMs = window.readings > ${READINGS} ? ${DRAWN_EVERY_MS} : ${FILLED_EVERY_MS};
      if (performance.now() - askedMs < everyMs - ${FILLED_EVERY_MS} / 2) return;
      askedMs = performance.now();
      run();
    }, ${FILLED_EVERY_MS});
  };
  const nativeFetch = window.fetch;
  const answers = new Map();
  window.readings = 0;
  window.fetch = async (url, init) => {
    if (!String(url).endsWith('/usage')) return nativeFetch(url, init);
    if (!answers.has(url)) {
      answers.set(url, { usage: await (await nativeFetch(url, init)).json(), count: 0 });
    }
    const answer = answers.get(url);
    answer.count += 1;
    window.readings = answer.count;
    const noise = 1 + Math.sin(answer.count / 7) / 2;
    const usage = {
      ...answer.usage,
      history: [],
      cpu_cores: noise,
      memory_gb: 4 * noise,
      disk_read_bytes_per_s: 1e6 * noise,
      disk_write_bytes_per_s: 2e6 * noise,
      network_receive_bytes_per_s: 3e6 * noise,
      network_transmit_bytes_per_s: 4e6 * noise,
      measured_at: new Date(1.8e12 + answer.count * 30_000).toISOString(),
    };
    return new Response(JSON.stringify(usage), { headers: { 'content-type': 'application/json' } });
  };
`;

/** Opens a page of metrics in a process of its own. @returns how to ask how it is */
async function openCharts(browser: Browser, server: TestServer) {
  const page = await browser.newPage();
  await page.addInitScript(HURRY);
  await signIn(page, server);
  await page.goto(`${server.url}/dashboard/metrics?refresh=10s&span=6h`);
  await expect(page.getByRole('slider')).toHaveCount(4);
  await expect
    .poll(() => page.evaluate('window.readings'), { timeout: 180_000, intervals: [2_000] })
    .toBeGreaterThan(READINGS);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return { page, session };
}

/** CPU time that the process of a page has used, with all its threads. Unit: seconds. */
async function readCpu(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ProcessTime')?.value ?? Number.NaN;
}

test('what twelve live charts cost', async ({ browser, server, seeded: _seeded }) => {
  test.setTimeout(600_000);
  const opened = await Promise.all(
    Array.from({ length: PAGES }, () => openCharts(browser, server)),
  );
  const share = beginCpuShare();
  const readAll = async () => {
    const all = await Promise.all(opened.map(({ session }) => readCpu(session)));
    return all.reduce((sum, each) => sum + each, 0);
  };
  const rounds = 4;
  const roundMs = 20_000;
  for (let round = 0; round < rounds; round += 1) {
    const before = await readAll();
    const startedMs = performance.now();
    await opened[0]?.page.evaluate(`new Promise((done) => setTimeout(done, ${roundMs}))`);
    share.add((await readAll()) - before, (performance.now() - startedMs) / 1_000);
  }
  const charts = PAGES * 4;
  share.print('dashboard-live-charts', 10, { charts, series: 4, drawn_every_ms: DRAWN_EVERY_MS });
  await Promise.all(opened.map(({ page }) => page.close()));
});
