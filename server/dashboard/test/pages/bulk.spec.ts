/** Many VMs at once: selected in the list, shown before it happens, followed in the task bar. */
import { expect, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';
import type { TestServer } from '../support/start-server.ts';

const NAMES = ['e2e-bulk-1', 'e2e-bulk-2', 'e2e-bulk-3'] as const;

async function makeVm(server: TestServer, name: string, more: object = {}): Promise<void> {
  const asked = Object.assign({ name, cpu_cores: 1, memory_gb: 2, disk_gb: 10 }, more);
  const { operation } = Object(await server.send('POST', '/vms', asked));
  await server.send('GET', `/operations/${Object(operation).id}/wait?timeout_ms=30000`);
}

const selected = (page: Page) => page.getByRole('region', { name: 'Selected VMs' });
const table = (page: Page) => page.getByRole('table', { name: 'VMs' });
const tasks = (page: Page) => page.getByRole('region', { name: 'My operations' });

test('VMs are stopped and deleted together, and who is refused is named', async ({
  page,
  expected,
  begin,
}) => {
  // A VM may go while its row is read again.
  expected.push(/status of 404/);
  const server = await begin();
  for (const name of NAMES) {
    await makeVm(server, name, name === 'e2e-bulk-2' ? { deletion_protection: true } : {});
  }
  await makeVm(server, 'e2e-other');
  await signIn(page, server);
  await openPage(page, '/vms?sort=name');

  // By keys: two rows, then the action.
  await page.getByRole('checkbox', { name: 'Select e2e-bulk-1' }).focus();
  await page.keyboard.press('Space');
  await page.getByRole('checkbox', { name: 'Select e2e-bulk-3' }).press('Space');
  await expect(selected(page).getByRole('status')).toHaveText('2 VMs selected');
  await selected(page).getByRole('button', { name: 'Stop', exact: true }).press('Enter');
  const stop = page.getByRole('dialog', { name: 'Stop 2 VMs' });
  await expect(stop).toContainText('2 of 2 VMs can be stopped: e2e-bulk-1, e2e-bulk-3.');
  await stop.getByText('As a command').click();
  await expect(stop.getByText(/^novacron vm bulk --if-count 2 --action stop/)).toBeVisible();
  await stop.getByRole('button', { name: 'Stop 2 VMs' }).click();
  await expect(stop).toHaveCount(0);
  await expect(selected(page)).toHaveCount(0);
  await expect(tasks(page).getByText('vm.bulk 2 VMs')).toBeVisible();
  await expect(tasks(page).getByText('succeeded')).toBeVisible();
  await expect(table(page).getByText('stopped')).toHaveCount(2);

  // All that match a filter, of which one is protected.
  await page.getByRole('searchbox').fill('e2e-bulk');
  await expect(table(page)).toHaveAttribute('aria-rowcount', '4');
  await page.getByRole('checkbox', { name: 'Select e2e-bulk-1' }).check();
  await selected(page).getByRole('button', { name: 'Select all 3 that match' }).click();
  await expect(selected(page).getByRole('status')).toHaveText('3 VMs selected');
  await selected(page).getByRole('button', { name: 'Delete', exact: true }).click();
  const remove = page.getByRole('dialog', { name: 'Delete 3 VMs' });
  await expect(remove).toContainText('1 VM would be refused');
  await expect(remove.getByRole('listitem')).toContainText('e2e-bulk-2: ');
  const confirm = remove.getByRole('button', { name: 'Delete 2 VMs' });
  await expect(confirm).toHaveAttribute('aria-disabled', 'true');
  await remove.getByRole('textbox').fill('2');
  await confirm.click();
  await expect(remove).toHaveCount(0);
  await expect(table(page)).toHaveAttribute('aria-rowcount', '2');
  await expect(table(page).getByRole('link')).toHaveText('e2e-bulk-2');

  // What was done is one operation with a step for each VM.
  await tasks(page).getByRole('link', { name: 'vm.bulk 2 VMs' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'vm.bulk 2 VMs' })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'delete e2e-bulk-1' })).toBeVisible();
});

test('other filters end a selection', async ({ signedIn: page }) => {
  await openPage(page, '/vms?sort=name');
  await page.getByRole('checkbox', { name: 'Select all rows that are shown' }).check();
  await expect(selected(page).getByRole('status')).toHaveText(/VMs selected$/);
  await page.getByRole('searchbox').fill('e2e-web-01');
  await expect(selected(page)).toHaveCount(0);
});

test('the search follows the address, and no cell of a check box is cut off', async ({
  signedIn: page,
}) => {
  await openPage(page, '/vms?search=e2e-web-01');
  const search = page.getByRole('searchbox');
  await expect(search).toHaveValue('e2e-web-01');
  await expect(table(page)).toHaveAttribute('aria-rowcount', '2');
  const menu = page.getByRole('navigation', { name: 'Pages' });
  await menu.getByRole('link', { name: 'VMs', exact: true }).click();
  await expect(search).toHaveValue('');
  await search.pressSequentially('e2e-web-02');
  await expect(search).toHaveValue('e2e-web-02');
  await expect(page).toHaveURL(/search=e2e-web-02$/);
  const cell = table(page)
    .getByRole('cell')
    .filter({ has: page.getByRole('checkbox') });
  await expect(cell).toHaveCount(1);
  expect(await cell.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0);
});
