/** A server whose store takes no writes any more: pages read, and writes say why they fail. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';
import { paste } from '../support/paste.ts';

const PRELOAD = pathToFileURL(resolve(import.meta.dirname, '../support/read-only-store.mjs'));
const RULE = 'package novacron\n\nwarn contains "read-only" if false\n';
const REASON = "The server's store is read-only";

const folder = mkdtempSync(join(tmpdir(), 'novacron-e2e-read-only-'));
const flag = join(folder, 'read-only');
const { NODE_OPTIONS: options } = process.env;

test.beforeAll(() => {
  Object.assign(process.env, { NODE_OPTIONS: `--import ${PRELOAD}`, READ_ONLY_FLAG: flag });
});
test.afterAll(() => {
  process.env.NODE_OPTIONS = options ?? '';
  rmSync(folder, { recursive: true, force: true });
});

test('pages read while the store is read-only, and what was typed is kept', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(/status of 503/, /^503 /);
  const server = await begin();
  const cidr = '10.95.0.0/24';
  const made = await server.send('POST', '/networks', { name: 'e2e-read-only', cidr });
  const { id } = Object(made).resource;
  await signIn(page, server);
  await openPage(page, '/networks');
  writeFileSync(flag, '');
  const alert = page.getByRole('alert').filter({ hasText: REASON });
  await expect
    .poll(async () => {
      const answer = server.send('PATCH', `/networks/${id}`, { dns_servers: ['10.95.0.2'] });
      return answer.then(() => 'written', String);
    })
    .toContain(REASON);
  await page.reload();
  await expect(page.getByRole('link', { name: 'e2e-read-only' })).toBeVisible();
  await openPage(page, '/networks/new');
  await page.locator('form [name=name]').fill('e2e-typed');
  await page.locator('form [name=cidr]').fill('10.96.0.0/24');
  const create = page.getByRole('button', { name: 'Create', exact: true });
  await create.click();
  await expect(alert).toBeVisible();
  await expect(page.locator('form [name=name]')).toHaveValue('e2e-typed');
  rmSync(flag);
  await expect(async () => {
    await create.click();
    await expect(page).toHaveURL(/networks\/net_/, { timeout: 1_000 });
  }).toPass();
  await openPage(page, '/policies/new');
  await page.getByLabel('Name', { exact: true }).fill('e2e read-only');
  await paste(page.getByRole('textbox', { name: 'Rule in Rego' }), RULE);
  writeFileSync(flag, '');
  const save = page.getByRole('button', { name: 'Create and enable' });
  await expect(async () => {
    await save.click();
    await expect(alert).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole('textbox', { name: 'Rule in Rego' })).toContainText('read-only');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('e2e read-only');
  rmSync(flag);
});
