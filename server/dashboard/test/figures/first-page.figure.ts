/** Measures the first page's size and response time, and the time that other pages take to open. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { beginTimes, printFigure } from '../support/figure.ts';
import { openPage, signIn, test } from '../support/fixtures.ts';
import { SHOWN_PAGES } from '../support/shown-pages.ts';

const BUILT = join(import.meta.dirname, '../../../dist');

const LOADED = `performance.getEntriesByType('resource')
  .map(({ name }) => new URL(name).pathname).filter((path) => path.endsWith('.js'))`;

/** Scripts that the page has loaded. */
async function scriptsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(LOADED);
}

const kilobytesOf = (scripts: readonly string[]): number =>
  scripts.reduce((sum, path) => sum + compressedSize(join(BUILT, path)), 0) / 1_000;

/** Small scripts are sent as they are. */
function compressedSize(path: string): number {
  const packed = statSync(`${path}.gz`, { throwIfNoEntry: false });
  return packed?.size ?? readFileSync(path).length;
}

test('scripts of the first page, and of each further one', async ({ signedIn: page, seeded }) => {
  const [overview, ...others] = SHOWN_PAGES;
  await overview?.ready(page);
  const first = await scriptsOf(page);
  const scripts = first.length;
  printFigure(
    { figure: 'dashboard-first-page', value: kilobytesOf(first), unit: 'kB', goal: 150 },
    { scripts },
  );
  let worst = { name: 'none', size: 0 };
  for (const { name, path, ready } of others) {
    const before = new Set(await scriptsOf(page));
    await openPage(page, path(seeded));
    await ready(page);
    const added = (await scriptsOf(page)).filter((script) => !before.has(script));
    const size = kilobytesOf(added.filter((script) => !script.includes('rich-editor')));
    if (size > worst.size) worst = { name, size };
  }
  printFigure(
    { figure: 'dashboard-further-page', value: worst.size, unit: 'kB', goal: 60 },
    { worst: worst.name },
  );
});

/** Presses the first control as soon as there is one, and notes when the page has answered. */
const PRESS_FIRST = `
  const look = () => {
    const find = (words) => [...document.querySelectorAll('button')]
      .find(({ textContent }) => textContent === words);
    if (window.pressedMs === undefined && find('Pause') !== undefined) {
      window.pressedMs = performance.now();
      find('Pause').click();
    }
    if (find('Resume') !== undefined) window.answeredMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

test('the first control answers on a processor that is four times slower', async ({
  page,
  server,
}) => {
  await signIn(page, server);
  await page.addInitScript(PRESS_FIRST);
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const times = beginTimes();
  const rounds = 15;
  for (let round = 0; round < rounds; round += 1) {
    await page.reload();
    const answeredMs = () => page.evaluate<number>('window.answeredMs ?? 0');
    await expect.poll(answeredMs).toBeGreaterThan(0);
    times.add(await answeredMs());
  }
  times.print('dashboard-first-control', 700, 0.5);
});

/** Opens an address, and answers how long it took until its page was painted. */
const OPEN = `async (path) => {
  const startMs = performance.now();
  const before = document.querySelector('h1');
  window.history.pushState({}, '', '/dashboard' + path);
  window.dispatchEvent(new PopStateEvent('popstate'));
  const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
  const isThere = () => {
    const heading = document.querySelector('h1');
    return heading !== null && heading !== before &&
      document.querySelector('[role=status][aria-label^=Loading]') === null;
  };
  while (!isThere()) await nextFrame();
  await nextFrame();
  return performance.now() - startMs;
}`;

test('a page change', async ({ signedIn: page, seeded }) => {
  const times = beginTimes();
  const rounds = 4;
  for (let round = 0; round < rounds; round += 1) {
    for (const { path, ready } of SHOWN_PAGES.slice(1)) {
      times.add(await page.evaluate<number>(`(${OPEN})(${JSON.stringify(path(seeded))})`));
      await ready(page);
    }
  }
  times.print('dashboard-page-change', 300);
});
