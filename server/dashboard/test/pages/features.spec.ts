/** Feature flags of tenants are read, and changed by operators of NovaCron. */
import { expect } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';

test('a feature of a tenant is turned off, and its key sees the state', async ({
  page,
  server,
  seeded: _seeded,
}) => {
  const { secret } = Object(await server.send('POST', '/tenants', { name: 'e2e-features' }));
  await signIn(page, server);
  await openPage(page, '/features');
  await page.getByLabel('Tenant').selectOption('e2e-features');
  await expect(page).toHaveURL(/tenant=e2e-features/);
  const row = page.getByRole('row', { name: /^migration/ });
  await expect(row).toContainText('Move VMs to other nodes');
  await row.getByRole('button', { name: 'Turn off migration' }).click();
  await expect(row.getByRole('button', { name: 'Turn on migration' })).toBeVisible();
  await page.getByText('As a command').click();
  await expect(
    page.getByText("novacron tenant update e2e-features --features 'migration=off'"),
  ).toBeVisible();
  await page.context().clearCookies();
  await signIn(page, Object.assign({}, server, { adminKey: String(secret) }));
  await openPage(page, '/features');
  await expect(page.getByRole('heading', { name: 'Features of e2e-features' })).toBeVisible();
  const own = page.getByRole('row', { name: /^migration/ });
  const turn = own.getByRole('button', { name: 'Turn on migration' });
  await expect(turn).toHaveAttribute('aria-disabled', 'true');
  await expect(turn).toHaveAccessibleDescription(
    'Only admins of the first tenant change features.',
  );
});
