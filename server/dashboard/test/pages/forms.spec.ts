/** Forms made of metadata: what single fields send, and what stands beside them. */
import { expect } from '@playwright/test';
import { openPage, test } from '../support/fixtures.ts';

test('a yes or no is chosen, and goes out as one', async ({ signedIn: page, server }) => {
  await openPage(page, '/vms/new');
  const wanted = { name: 'e2e-forms-bool', cpu_cores: '1', memory_gb: '2', disk_gb: '10' };
  for (const [field, text] of Object.entries(wanted)) {
    await page.locator(`form [name=${field}]`).fill(text);
  }
  await page.locator('form details summary').first().click();
  await page.locator('form [name=deletion_protection]').selectOption('yes');
  await page.locator('form [name=spot]').selectOption('no');
  await page.locator('form [name=password_wo]').fill('hunter2 secret');
  await page.locator('form [name=password_wo_version]').fill('1');
  await expect(page.locator('form [name=password_wo]')).toHaveAttribute('type', 'password');
  await page.getByText('As a command or as Terraform').click();
  const command = page.locator('pre', { hasText: 'novacron vm create' });
  await expect(command).toContainText('--deletion-protection --no-spot');
  await expect(page.locator('pre', { hasText: 'resource "novacron_vm"' })).toContainText(
    /deletion_protection = true\s+spot += false/,
  );
  await expect(page.locator('pre', { hasText: 'hunter2' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'e2e-forms-bool' })).toBeVisible();
  const { items } = Object(await server.send('GET', '/vms?search=e2e-forms-bool'));
  expect(items).toMatchObject([{ deletion_protection: true, spot: false }]);
});

const ruleOf = (name: string) => `package novacron.${name}

warn contains "more than one core" if input.resource.cpu_cores > 1
`;

test('the preview forgets what it has warned of', async ({ signedIn: page, server }) => {
  const ids: string[] = [];
  for (const name of ['e2e_forms_a', 'e2e_forms_b']) {
    const mode = { type: 'compliance', enforcement_mode: 'warn', enabled: true };
    const made = await server.send('POST', '/policies', { name, rule: ruleOf(name), ...mode });
    ids.push(String(Object(made).resource.id));
  }
  await openPage(page, '/vms/new');
  const wanted = { name: 'e2e-forms-warned', cpu_cores: '2', memory_gb: '2', disk_gb: '10' };
  for (const [field, text] of Object.entries(wanted)) {
    await page.locator(`form [name=${field}]`).fill(text);
  }
  const preview = page.getByRole('region', { name: 'What would happen' });
  const warnings = preview.getByText('more than one core');
  await expect(warnings).toHaveCount(2);
  await page.locator('form [name=cpu_cores]').fill('1');
  await expect(warnings).toHaveCount(0);
  await page.locator('form [name=cpu_cores]').fill('3');
  await expect(warnings).toHaveCount(2);
  for (const id of ids) await server.send('DELETE', `/policies/${id}`);
});
