/** Policies: what the form of one stores. */
import { expect } from '@playwright/test';
import { openPage, test } from '../support/fixtures.ts';
import { paste } from '../support/paste.ts';

const RULE = `# METADATA
# title: e2e small VMs
# custom:
#   type: resource
#   enforcement_mode: block
#   actions: [create_vm]
package novacron.e2e_small

deny contains "too many cores" if input.resource.cpu_cores > 900
`;

test('the metadata of a rule decides its type and mode', async ({ signedIn: page, server }) => {
  await openPage(page, '/policies/new');
  // The editor, which takes the place of a plain field when it is loaded.
  await paste(page.locator('.cm-content[aria-label="Rule in Rego"]'), RULE);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('e2e small VMs');
  await expect(page.getByLabel('Type')).toHaveValue('resource');
  await expect(page.getByLabel('A denial')).toHaveValue('block');
  await expect(page.getByText('It also states actions')).toBeVisible();
  await page.getByLabel('A denial').selectOption('audit');
  await expect(page.getByText('It says enforcement_mode: block. audit is saved.')).toBeVisible();
  await page.getByRole('button', { name: 'Use block' }).click();
  await page.getByRole('button', { name: 'Create and enable' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'e2e small VMs' })).toBeVisible();
  const { items } = Object(await server.send('GET', '/policies?search=e2e+small'));
  expect(items).toMatchObject([{ type: 'resource', enforcement_mode: 'block' }]);
  const [{ id }] = items;
  await server.send('DELETE', `/policies/${id}`);
});

const BROKEN = `package novacron.e2e_broken

deny contains "no VM is small enough" if input.resource.cpu_cores > 0
`;

test('violations appear on the page of their policy and on the overview', async ({
  signedIn: page,
  server,
}) => {
  const wanted = { name: 'e2e broken', type: 'compliance', enforcement_mode: 'audit' };
  const made = await server.send('POST', '/policies', { ...wanted, rule: BROKEN, enabled: false });
  const { id } = Object(made).resource;
  await openPage(page, `/policies/${id}`);
  const violations = page.getByRole('region', { name: 'Violations' });
  await expect(violations.getByText('Every existing resource complies')).toBeVisible();
  await server.send('PATCH', `/policies/${id}`, { enabled: true });
  await expect(violations.getByText('e2e-web-01')).toBeVisible();
  await openPage(page, '/');
  await expect(page.getByRole('link', { name: /open violations? of policies/ })).toBeVisible();
  await server.send('DELETE', `/policies/${id}`);
});

test('the form of a policy shows its change as a command and as Terraform', async ({
  signedIn: page,
  server,
}) => {
  const rule = 'package novacron\n\nwarn contains "it\'s one" if false\n';
  const wanted = { name: 'e2e equivalents', type: 'resource', enforcement_mode: 'warn', rule };
  const made = await server.send('POST', '/policies', wanted);
  const id = String(Object(Object(made).resource).id);
  await openPage(page, `/policies/${id}`);
  await page.getByText('As a command or as Terraform').first().click();
  await page.getByLabel('A denial').selectOption('audit');
  await expect(
    page.getByText(`novacron policy update ${id} --enforcement-mode audit`),
  ).toBeVisible();
  const hcl = page.locator('pre', { hasText: 'resource "novacron_policy" "e2e_equivalents"' });
  await expect(hcl).toContainText('enforcement_mode = "audit"');
  await expect(hcl).toContainText('rule = <<EOT\npackage novacron\n\nwarn contains');
  await page.getByLabel('A denial').selectOption('warn');
  await server.send('DELETE', `/policies/${id}`);
});
