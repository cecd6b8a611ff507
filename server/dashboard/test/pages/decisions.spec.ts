/** Placement decisions: charts by pointer and by keys, their tables, the list, and one of them. */
import { expect, type Page } from '@playwright/test';
import { test } from '../support/fixtures.ts';

const PATH = '/dashboard/placement-decisions';

const chart = (page: Page, name: string) => page.getByRole('slider', { name });

test('arrow keys read the points of a chart, and Escape closes what they say', async ({
  signedIn: page,
}) => {
  await page.goto(PATH);
  const overTime = chart(page, 'Decisions over time');
  await overTime.focus();
  await page.keyboard.press('End');
  await expect(overTime.getByRole('tooltip')).toContainText(/Placed: [1-9]/);
  await expect(overTime).toHaveAttribute('aria-valuetext', /Placed: [1-9]/);
  await page.keyboard.press('ArrowLeft');
  await expect(overTime.getByRole('tooltip')).toContainText('Placed: 0');
  await page.keyboard.press('Escape');
  await expect(overTime.getByRole('tooltip')).toHaveCount(0);
});

test('a pointer over a point says which decision it is', async ({ signedIn: page }) => {
  await page.goto(PATH);
  const scatter = chart(page, 'Score against confidence');
  await scatter.focus();
  await page.keyboard.press('Home');
  await expect(scatter.getByRole('tooltip')).toContainText('e2e-web-');
  const said = await scatter.getByRole('tooltip').textContent();
  const cursor = await scatter.locator('.u-cursor-x').boundingBox();
  const area = await scatter.locator('.u-over').boundingBox();
  if (cursor === null || area === null) throw new Error('The chart has no place.');
  await page.keyboard.press('Escape');
  const confidence = Number(/confidence ([\d.]+)/.exec(String(said))?.[1]);
  await page.mouse.move(cursor.x + cursor.width, area.y + area.height * (1 - confidence));
  await expect(scatter.getByRole('tooltip')).toContainText(/e2e-web-.*\d/s);
});

test('each chart has its numbers as a table, which a link shows to others', async ({
  signedIn: page,
}) => {
  await page.goto(PATH);
  await page.getByRole('button', { name: 'Show table: Decisions over time' }).click();
  await page.getByRole('button', { name: 'Show table: Score against confidence' }).click();
  await expect(page).toHaveURL(/over_time=table/);
  await page.reload();
  const overTime = page.getByRole('region', { name: 'Decisions over time' });
  await expect(overTime.getByRole('columnheader', { name: 'Placed' })).toBeVisible();
  const points = page.getByRole('region', { name: 'Score against confidence' });
  await expect(points.getByRole('link', { name: 'e2e-web-24' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'By purpose' })).toContainText('create');
  await expect(page.getByRole('region', { name: 'By outcome' })).toContainText('placed');
});

test('a filter narrows the charts and the list', async ({ signedIn: page }) => {
  await page.goto(PATH);
  await expect(page.getByText(/^\d\d rows$/)).toBeVisible();
  await page.getByLabel('Outcome', { exact: true }).selectOption('failed');
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await expect(page.getByText('Nothing to draw')).toHaveCount(2);
  await page.getByLabel('Outcome', { exact: true }).selectOption('placed');
  await expect(page.getByText(/^\d\d rows$/)).toBeVisible();
  await page.getByLabel('Time', { exact: true }).selectOption('1h');
  await expect(page).toHaveURL(/outcome=placed.*range=1h|range=1h.*outcome=placed/);
});

test('the server sorts the list by how sure decisions are', async ({ signedIn: page }) => {
  await page.goto(PATH);
  const table = page.getByRole('table', { name: 'Decisions' });
  for (const name of ['Score', 'Margin', 'Confidence', 'Outcome']) {
    await table.getByRole('button', { name }).click();
    await expect(page).toHaveURL(new RegExp(`sort=-?${name.toLowerCase()}`));
    await expect(table.getByRole('columnheader', { name })).toHaveAttribute('aria-sort', /ending$/);
  }
  await page.goto(`${PATH}?sort=confidence`);
  const cells = table.locator('tbody tr td:nth-child(7)');
  await expect(cells.first()).toBeVisible();
  const shown = (await cells.allTextContents()).map(Number);
  expect(shown.length).toBeGreaterThan(3);
  expect(shown).toEqual(shown.toSorted((one, other) => one - other));
});

test('a decision says why here, why not there, and what would change it', async ({
  signedIn: page,
  server,
}) => {
  const round = test.info().repeatEachIndex;
  const name = `e2e-why-${round}`;
  const made = await server.send('POST', '/networks', { name, cidr: `10.92.${round}.0/24` });
  const networkId = Object(Object(made).resource).id;
  const vm = { cpu_cores: 30, memory_gb: 120, disk_gb: 20, network_id: networkId };
  const placed = await server.send('POST', '/vms', { ...vm, name });
  const creating = Object(Object(placed).operation).id;
  await server.send('GET', `/operations/${creating}/wait?timeout_ms=30000`);
  await page.goto(`${PATH}?search=${name}`);
  await page.getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^e2e-why-\d+ on / })).toBeFocused();
  await expect(page.getByRole('region', { name: 'Why here' })).toContainText('of 32 cores');
  await expect(page.getByRole('region', { name: 'Why not there' })).toContainText('cpu');
  await expect(page.getByRole('region', { name: 'What would change it' })).toContainText('node-');
  await expect(page.getByRole('region', { name: 'Candidate nodes' })).toContainText('chosen');
  const every = page.getByRole('region', { name: 'Any node' });
  // A page of ten nodes, then the other two; and the heads.
  await expect(every.getByRole('row')).toHaveCount(11);
  await every.getByRole('button', { name: 'Show more nodes' }).click();
  await expect(every.getByRole('row')).toHaveCount(13);
  await expect(every.getByText('chosen')).toHaveCount(1);
  await expect(every).toContainText(/It lacks \d+ cores/);
  await every.getByRole('searchbox').fill('node-1');
  await expect(every.getByRole('row')).not.toHaveCount(13);
  await expect(page).toHaveURL(/nodes=node-1/);
  await every.getByRole('searchbox').fill('node-that-left');
  await expect(every).toContainText('The fleet had no node of this name then.');
  await page.getByText('As a command').click();
  await expect(page.getByText(/novacron placement-decision show dec_/)).toBeVisible();
  await server.send('DELETE', `/vms/${Object(Object(placed).resource).id}`);
});

test('charts are drawn in the colours of the theme that is chosen', async ({ signedIn: page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(PATH);
  const canvas = chart(page, 'Decisions over time').locator('canvas');
  const pixels = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
  await expect(canvas).toBeVisible();
  const light = await pixels();
  await page.getByLabel('Theme').selectOption('dark');
  await expect.poll(pixels).not.toBe(light);
});
