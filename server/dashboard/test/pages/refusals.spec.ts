/** Callers who may not do everything, sessions that are over, lists of nothing and of 10,000. */
import { expect, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';
import { SHOWN_PAGES } from '../support/shown-pages.ts';

const REFUSED = /status of 40[13]/;

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

test('a viewer sees why a control is off, and a page that is not allowed says so', async ({
  page,
  server,
  seeded,
  expected,
}) => {
  expected.push(REFUSED);
  const made = await server.send('POST', '/api-keys', { name: 'e2e-viewer', role: 'viewer' });
  const { secret } = Object(made);
  await signIn(page, Object.assign({}, server, { adminKey: String(secret) }));
  const menu = page.getByRole('navigation', { name: 'Pages' });
  await expect(menu.getByRole('link', { name: 'VMs', exact: true })).toBeVisible();
  await expect(menu.getByRole('link', { name: 'API keys' })).toHaveCount(0);
  await openPage(page, `/vms/${seeded.vmIds[0]}`);
  const stop = page.getByRole('button', { name: 'Stop', exact: true });
  await expect(stop).toHaveAttribute('aria-disabled', 'true');
  await stop.focus();
  await expect(stop).toBeFocused();
  await expect(stop).toHaveAccessibleDescription(
    'vm.stop needs the role operator; your key e2e-viewer of admin has the role viewer.',
  );
  await stop.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await openPage(page, '/vms');
  await expect(page.getByRole('link', { name: 'Create VM' })).toHaveCount(0);
  await openPage(page, '/api-keys');
  await expect(page.getByRole('alert')).toContainText('Not allowed');
  await openPage(page, '/vms/new');
  const wanted = { name: 'e2e-refused', cpu_cores: '1', memory_gb: '1', disk_gb: '5' };
  for (const [field, text] of Object.entries(wanted)) {
    await page.locator(`form [name=${field}]`).fill(text);
  }
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('alert').first()).toContainText('Not allowed');
});

test('an admin of another tenant reads that a control is for the first tenant', async ({
  page,
  server,
}) => {
  await server.send('POST', '/tenants', { name: 'e2e-far' });
  const wanted = { name: 'e2e-far', role: 'admin', tenant: 'e2e-far' };
  const { secret } = Object(await server.send('POST', '/api-keys', wanted));
  await signIn(page, Object.assign({}, server, { adminKey: String(secret) }));
  const { items } = Object(await server.send('GET', '/nodes?limit=1'));
  await openPage(page, `/fleet/${items[0].id}`);
  for (const [name, operation] of [
    ['Drain', 'node.drain'],
    ['Fence', 'node.fence'],
  ]) {
    await expect(page.getByRole('button', { name, exact: true })).toHaveAccessibleDescription(
      `${operation} affects all tenants, so it is reserved for the first tenant.`,
    );
  }
});

test('a session that has reached its greatest age ends, with a warning before', {
  tag: '@waits',
}, async ({ page, expected, begin }) => {
  // It waits for a minute of the server.
  test.setTimeout(240_000);
  expected.push(REFUSED);
  const server = await begin('--session-idle', '1m', '--session-lifetime', '1m');
  await signIn(page, server);
  await openPage(page, '/networks');
  const warning = page.getByRole('dialog', { name: 'Your session is about to end' });
  await expect(warning).toBeVisible({ timeout: 90_000 });
  await expect(heading(page, 'Sign in to NovaCron')).toBeVisible({ timeout: 90_000 });
  await page.getByLabel('API key').fill(server.adminKey);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Networks')).toBeVisible();
});

test('pages without anything say what would be there', async ({ page, begin }) => {
  const server = await begin();
  await signIn(page, server);
  for (const { path, ready, needsSeed } of SHOWN_PAGES) {
    if (needsSeed === true) continue;
    await openPage(page, path({ networkId: '', vmIds: [] }));
    await ready(page);
  }
  await openPage(page, '/vms');
  await expect(page.getByText('No VMs', { exact: true })).toBeVisible();
  await expect(page.getByText('Create the first VM here')).toBeVisible();
  await openPage(page, '/placement-decisions');
  await expect(page.getByText('No placement was decided in this time.').first()).toBeVisible();
});

test('10,000 rows are sorted, searched and scrolled to the last one', async ({ page, begin }) => {
  test.setTimeout(480_000);
  const server = await begin('--rate-limit', '100000');
  const rows = 10_000;
  const numbers = Array.from({ length: rows }, (_, index) => String(index).padStart(5, '0'));
  const batch = 100;
  for (let first = 0; first < rows; first += batch) {
    const part = numbers.slice(first, first + batch);
    await Promise.all(
      part.map((number) =>
        server.send('POST', '/security-groups', { name: `e2e-many-${number}`, rules: [] }),
      ),
    );
  }
  await signIn(page, server);
  await openPage(page, '/security-groups?sort=name');
  const table = page.getByRole('table', { name: 'Security groups' });
  await expect(table).toHaveAttribute('aria-rowcount', String(rows + 1));
  await expect(table.getByRole('link').first()).toHaveText('e2e-many-00000');
  await table.getByRole('button', { name: 'Name' }).click();
  await expect(table.getByRole('link').first()).toHaveText('e2e-many-09999');
  expect(page.url()).toContain('sort=-name');
  await page.getByRole('searchbox').fill('e2e-many-0431');
  await expect(page.getByText('10 rows', { exact: true })).toBeVisible();
  await expect(table.getByRole('link')).toHaveCount(10);
  await page.getByRole('searchbox').fill('');
  await expect(table).toHaveAttribute('aria-rowcount', String(rows + 1));
  const box = page.getByRole('group', { name: 'Security groups' });
  const last = table.getByRole('link', { name: 'e2e-many-00000' });
  await expect(async () => {
    await box.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect(last).toBeVisible({ timeout: 100 });
  }).toPass({ timeout: 100_000, intervals: [50] });
  const drawn = await table.getByRole('row').count();
  expect(drawn).toBeLessThan(100);
});
