/** Scaled groups: why one has its size, its utilisation, and holding the size by keys. */
import { expect } from '@playwright/test';
import { findBarriers, loadAxe } from '../support/barriers.ts';
import { openPage, signIn, test } from '../support/fixtures.ts';

/** Agents report every 30 s. */
const MEASURED = { timeout: 90_000 };

const GROUP = {
  name: 'e2e-scaled',
  vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 5 },
  min_size: 1,
  max_size: 3,
  scaling: { rules: [{ kind: 'target', metric: 'cpu_utilization_ratio', value: 0.6 }] },
};

test('a group says why it has its size, what it uses, and is held and released', {
  tag: '@waits',
}, async ({ page, begin }) => {
  const server = await begin();
  await server.send('POST', '/vm-groups', GROUP);
  await signIn(page, server);
  await loadAxe(page);
  await openPage(page, '/scaling');
  const row = page.getByRole('row', { name: /^e2e-scaled/ });
  await expect(row).toContainText('1 to 3');
  await row.getByRole('link').press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'e2e-scaled' })).toBeFocused();
  const size = page.getByRole('region', { name: 'Size', exact: true });
  await expect(size).toContainText('1 to 3');
  await expect(size.getByRole('rowheader', { name: 'target' })).toBeVisible();

  await page.getByRole('button', { name: 'Hold…' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Hold the size of e2e-scaled' });
  await expect(dialog.getByRole('button', { name: 'Hold' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await dialog.getByLabel('Reason').fill('a sale');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  const held = page.getByText('The size is held', { exact: true });
  await expect(held).toBeVisible();
  await expect(size).toContainText('a hold: a sale');
  await page.getByRole('button', { name: 'Release…' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
  await expect(held).toBeHidden();

  const chart = page.getByRole('slider', { name: 'Utilisation and forecast' });
  await expect(chart).toBeVisible(MEASURED);
  await chart.focus();
  await page.keyboard.press('End');
  await expect(chart.getByRole('tooltip')).toContainText(/Measured: [\d.]+ ratio|Forecast/);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Show table: Utilisation and forecast' }).click();
  await expect(page.getByRole('columnheader', { name: 'Upper end' })).toBeVisible();
  await page.setViewportSize({ width: 320, height: 700 });
  const width: unknown = await page.evaluate('document.documentElement.scrollWidth');
  expect(width).toBe(320);
});
