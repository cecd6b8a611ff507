/** Lists of 10,000 VMs: sorted and narrowed by the server, from the request to the painted rows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { createVms, describeFleet } from '../../../../test/bench/seed-vms.mjs';
import { beginTimes } from '../support/figure.ts';
import { openPage, signIn, test } from '../support/fixtures.ts';
import { startServer } from '../support/start-server.ts';

const VMS = 10_000;

/** Presses a control, and answers how long it took until other rows were painted. */
const CHANGE = `async (act) => {
  const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
  const first = () => document.querySelector('main tbody a')?.textContent;
  const before = first();
  const startMs = performance.now();
  act();
  while (first() === before) await nextFrame();
  await nextFrame();
  return performance.now() - startMs;
}`;

const PRESS_NAME = `() => [...document.querySelectorAll('main th button')]
  .find(({ textContent }) => textContent.startsWith('Name')).click()`;

/** Types into the search field as React expects it: by the setter of the element. */
const search = (text: string) => `() => {
  const field = document.querySelector('main input[type=search]');
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '${text}');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}`;

test('10,000 VMs are sorted and searched', async ({ page }) => {
  test.setTimeout(900_000);
  const folder = mkdtempSync(join(tmpdir(), 'novacron-figures-'));
  const server = await startServer(...describeFleet(folder, { vms: VMS }));
  try {
    await createVms({ url: server.url, apiKey: server.adminKey }, { total: VMS });
    await signIn(page, server);
    await openPage(page, '/vms?sort=name');
    const table = page.getByRole('table', { name: 'VMs' });
    await expect(table).toHaveAttribute('aria-rowcount', String(VMS + 1));
    const sorts = beginTimes();
    const searches = beginTimes();
    const rounds = 30;
    for (let round = 0; round < rounds; round += 1) {
      sorts.add(await page.evaluate<number>(`(${CHANGE})(${PRESS_NAME})`));
      const words = `vm-${1_000 + round * 7}`;
      searches.add(await page.evaluate<number>(`(${CHANGE})(${search(words)})`));
      await expect(table.getByRole('link').first()).toContainText(words);
      await page.evaluate(`(${CHANGE})(${search('')})`);
    }
    sorts.print('dashboard-sort-10000', 100, 0.5);
    searches.print('dashboard-search-10000', 100, 0.5);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
