/** Forms made of metadata: what single fields send, and what stands beside them. */
import { expect } from '@playwright/test';
import { openPage, test } from '../support/fixtures.ts';
import { paste } from '../support/paste.ts';

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

test('a mistake is marked as it is typed, and said in command and HCL', async ({ signedIn }) => {
  await openPage(signedIn, '/vms/new');
  const wanted = { name: 'e2e-forms-wrong', cpu_cores: '2', memory_gb: '2' };
  for (const [field, text] of Object.entries(wanted)) {
    await signedIn.locator(`form [name=${field}]`).fill(text);
  }
  const labels = signedIn.locator('form [name=metadata]');
  await labels.fill('environment: prod');
  await expect(labels).toHaveAttribute('aria-invalid', 'true');
  await expect(signedIn.locator('form [name=disk_gb]')).toHaveAttribute('aria-required', 'true');
  const preview = signedIn.getByRole('region', { name: 'What would happen' });
  await expect(preview.getByText('Labels has no = in "environment: prod"')).toBeVisible();
  await expect(preview.getByText('Disk is required')).toBeVisible();
  await signedIn.getByText('As a command or as Terraform').click();
  const texts = signedIn.locator('pre', { hasText: '# Incomplete: Labels has no =' });
  await expect(texts).toHaveCount(2);
  await labels.fill('environment=prod');
  await signedIn.locator('form [name=disk_gb]').fill('10');
  await expect(texts).toHaveCount(0);
  await expect(preview.getByText('It would be accepted')).toBeVisible();
});

const PLACING = `apiVersion: orchestration/v1
kind: Policy
metadata:
  name: e2e-forms-yaml
spec:
  selector:
    matchLabels:
      tier: e2e-none
    resourceTypes: [vm]
  rules:
    - name: spread
      type: placement
      conditions:
        - type: label
          field: labels.tier
          operator: eq
          value: e2e-none
      actions:
        - type: schedule
          parameters:
            strategy: anti-affinity
            spread_domain: rack
`;

test('an orchestration policy is written in YAML', async ({ signedIn: page, server }) => {
  await openPage(page, '/orchestration-policies/new');
  const document = page.locator('form .cm-content[name=document]');
  await paste(document, 'kind: x');
  const preview = page.getByRole('region', { name: 'What would happen' });
  await expect(preview.getByText('It would be refused')).toBeVisible();
  await paste(document, PLACING);
  await expect(preview.getByText('It would be accepted')).toBeVisible();
  await page.getByText('1 further setting', { exact: true }).click();
  await page.locator('form [name=enabled]').selectOption('no');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'e2e-forms-yaml' })).toBeVisible();
  const { items } = Object(await server.send('GET', '/orchestration/policies'));
  expect(items).toMatchObject([{ name: 'e2e-forms-yaml', enabled: false }]);
});
