/** Tests that pressing a button sends a single write, with a key that makes a repeat harmless. */
import { expect, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';

/** The writes that a page sends from now on. */
function watchWrites(page: Page, path: string): (string | undefined)[] {
  const keys: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'POST' || !request.url().endsWith(path)) return;
    keys.push(request.headers()['idempotency-key']);
  });
  return keys;
}

test('two presses of Create send one write, with an idempotency key', async ({
  signedIn: page,
}) => {
  const keys = watchWrites(page, '/api/v2/networks');
  await openPage(page, '/networks/new');
  await page.locator('form [name=name]').fill('e2e-writes');
  await page.locator('form [name=cidr]').fill('10.97.0.0/24');
  await page.getByRole('button', { name: 'Create', exact: true }).dblclick();
  await expect(page.getByRole('heading', { level: 1, name: 'e2e-writes' })).toBeVisible();
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
});

test('a node that does not exist yet is enrolled, once for two presses', async ({
  page,
  server,
}) => {
  const keys = watchWrites(page, '/api/v2/enrollments');
  await signIn(page, server);
  await openPage(page, '/enrollments/new');
  await page.locator('form [name=node]').fill('e2e-new-node');
  await page.getByRole('button', { name: 'Create', exact: true }).dblclick();
  await expect(page.getByRole('heading', { name: 'Save this secret' })).toBeVisible();
  const { items } = Object(await server.send('GET', '/enrollments?node=e2e-new-node'));
  expect(items).toHaveLength(1);
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
});

test('a mistake in a folded setting is shown: it is unfolded, and the field has the focus', async ({
  signedIn: page,
}) => {
  const keys = watchWrites(page, '/api/v2/vms');
  await openPage(page, '/vms/new');
  const wanted = { name: 'e2e-folded', cpu_cores: '1', memory_gb: '1', disk_gb: '5' };
  for (const [field, text] of Object.entries(wanted)) {
    await page.locator(`form [name=${field}]`).fill(text);
  }
  const folded = page.locator('form details').filter({ hasText: 'further settings' });
  const wrong = folded.locator('input[inputmode=decimal]').first();
  await folded.locator('summary').click();
  await wrong.fill('abc');
  await folded.locator('summary').click();
  await expect(wrong).toBeHidden();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(wrong).toBeFocused();
  await expect(page.getByRole('alert')).toContainText('1 field to correct');
  await expect(page.getByRole('alert')).toContainText('must be a number');
  expect(keys).toEqual([]);
});
