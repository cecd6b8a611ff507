/** Recommendations: what they bring, what speaks against them, and applying one by a vote. */
import { expect } from '@playwright/test';
import { findBarriers, loadAxe } from '../support/barriers.ts';
import { openPage, signIn, test } from '../support/fixtures.ts';

test('a plan that cannot be taken back waits for a vote, then runs', async ({ page, begin }) => {
  const server = await begin();
  for (const name of ['a', 'b', 'c', 'd']) {
    const { operation } = Object(
      await server.send('POST', '/vms', { name, cpu_cores: 2, memory_gb: 4, disk_gb: 20 }),
    );
    await server.send('GET', `/operations/${operation.id}/wait?timeout_ms=30000`);
  }
  await signIn(page, server);
  await openPage(page, '/recommendations');
  await page.getByLabel('Source', { exact: true }).selectOption('optimizer');
  await page.getByRole('link', { name: /^Empty node-/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Empty node-/ })).toBeFocused();
  await expect(page.getByRole('region', { name: 'Risks' })).toContainText('not taken back');
  await loadAxe(page);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Apply…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Apply the recommendation' });
  await expect(dialog).toContainText('Another person must approve this');
  await dialog.getByRole('button', { name: 'Ask for a vote' }).click();
  await expect(dialog).toContainText(/apr_\w+ asks for it/);
  await expect(dialog.getByRole('link', { name: 'Open the approval' })).toBeVisible();
  expect(await findBarriers(page)).toEqual([]);

  const { secret } = Object(
    await server.send('POST', '/api-keys', { name: 'grace', role: 'admin', person: 'grace' }),
  );
  const { items } = Object(await server.send('GET', '/approvals?status=pending'));
  const headers = { authorization: `Bearer ${secret}` };
  await server.send('POST', `/approvals/${items[0].id}/approve`, {}, headers);
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/optimizer\.consolidate/).first()).toBeVisible();
});
