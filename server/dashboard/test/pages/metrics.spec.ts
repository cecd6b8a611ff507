/** Metrics of nodes and VMs: charts, what is shown, the refresh interval, all in the address. */
import { expect, type Page } from '@playwright/test';
import { test } from '../support/fixtures.ts';

/** Agents report every 30 s. */
const MEASURED = { timeout: 90_000 };

const chart = (page: Page, name: string) => page.getByRole('slider', { name });

test('the first nodes are drawn, and keys read what each of them used', async ({
  signedIn: page,
}) => {
  await page.goto('/dashboard/metrics');
  const cpu = chart(page, 'CPU');
  await expect(cpu).toBeVisible(MEASURED);
  await cpu.focus();
  await page.keyboard.press('End');
  await expect(cpu.getByRole('tooltip')).toContainText(/node-01: [\d.]+ cores/);
  await expect(cpu.getByRole('tooltip')).toContainText(/node-04: [\d.]+ cores/);
  await page.getByRole('button', { name: 'Show table: Memory' }).click();
  const memory = page.getByRole('region', { name: 'Memory' });
  await expect(memory.getByRole('columnheader', { name: 'node-02' })).toBeVisible();
  await expect(memory.getByRole('cell', { name: /GB$/ }).first()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Open alerts' })).toBeVisible();
});

test('four are shown at once, and the address says which', async ({ signedIn: page }) => {
  await page.goto('/dashboard/metrics');
  const picker = page.getByRole('region', { name: 'Shown nodes' });
  const fifth = picker.getByRole('button', { name: 'node-05' });
  await expect(fifth).toHaveAttribute('aria-disabled', 'true');
  await expect(picker.getByRole('tooltip').first()).toHaveText(/as many as can be distinguished/);
  await picker.getByRole('button', { name: 'node-01' }).click();
  await fifth.click();
  await expect(fifth).toHaveAttribute('aria-pressed', 'true');
  await page.reload();
  const latest = page.getByRole('region', { name: 'Latest measurements' });
  await expect(latest.getByRole('link', { name: 'node-05' })).toBeVisible();
  await expect(latest.getByRole('link', { name: 'node-01' })).toHaveCount(0);
  await expect(latest.getByText(/cores used/).first()).toBeVisible(MEASURED);
});

test('VMs have disk and network, and are found by the server', async ({ signedIn: page }) => {
  await page.goto('/dashboard/metrics?kind=vm&search=e2e-web-07');
  const picker = page.getByRole('region', { name: 'Shown VMs' });
  await expect(picker.getByRole('button')).toHaveCount(1);
  for (const name of ['Disk, read and written', 'Network, received and sent']) {
    await expect(chart(page, name)).toBeVisible(MEASURED);
    await chart(page, name).focus();
    await page.keyboard.press('End');
    await expect(chart(page, name).getByRole('tooltip')).toContainText('MB/s');
  }
});

test('a page that is paused asks the server no more', async ({ signedIn: page }) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/usage')) asked.push(request.url());
  });
  await page.clock.install();
  await page.goto('/dashboard/metrics?refresh=10s');
  await expect.poll(() => asked.length).toBe(4);
  await page.clock.runFor(10_000);
  await expect.poll(() => asked.length).toBe(8);
  await page.getByLabel('Refresh').selectOption('off');
  // Once more, for the interval has changed; from then on never.
  await expect.poll(() => asked.length).toBe(12);
  await expect(page).toHaveURL(/refresh=off/);
  await page.clock.runFor(60_000);
  await page.getByLabel('Time', { exact: true }).selectOption('6h');
  await expect(page).toHaveURL(/span=6h/);
  expect(asked).toHaveLength(12);
});
