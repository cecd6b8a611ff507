/** States of Terraform: who has locked one, what its versions changed, and the way back. */
import { expect } from '@playwright/test';
import { test } from '../support/fixtures.ts';

const contentOf = (input: string) => ({
  version: 4,
  terraform_version: '1.11.4',
  serial: 1,
  lineage: 'l',
  outputs: {},
  resources: [
    {
      mode: 'managed',
      type: 'terraform_data',
      name: 'zone',
      provider: 'provider["terraform.io/builtin/terraform"]',
      instances: [{ schema_version: 0, attributes: { input } }],
    },
  ],
});

test('a version is compared and restored once the lock of a killed run is removed', async ({
  signedIn: page,
  server,
}) => {
  const send = (method: string, body: object, query = '') =>
    fetch(`${server.url}/terraform-states/e2e-network${query}`, {
      method,
      headers: { authorization: `Bearer ${server.adminKey}` },
      body: JSON.stringify(body),
    });
  for (const zone of ['a', 'b']) expect((await send('POST', contentOf(zone))).status).toBe(200);
  const lock = { ID: 'lock-1', Operation: 'OperationTypeApply', Who: 'ada@laptop' };
  expect((await send('LOCK', lock)).status).toBe(200);
  await page.goto('/dashboard/terraform-states');
  const row = page.getByRole('row', { name: /e2e-network/ });
  await expect(row).toContainText('who=ada@laptop');
  await row.getByRole('link', { name: 'e2e-network' }).click();
  await page.getByRole('button', { name: 'Differences of version 2' }).click();
  const compared = page.getByRole('dialog', { name: 'Version 1 and version 2' });
  await expect(compared).toContainText('terraform_data.zone');
  await expect(compared).toContainText('input');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('dialog').getByLabel('Lock').fill('lock-1');
  await page.getByRole('dialog').getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByRole('dialog').getByLabel('To version').fill('1');
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Differences of version 3' })).toBeVisible();
});
