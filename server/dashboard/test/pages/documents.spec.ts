/** Documents in YAML: an editor with what the server finds wrong in them, line by line. */
import { expect } from '@playwright/test';
import { findBarriers, loadAxe } from '../support/barriers.ts';
import { openPage, test } from '../support/fixtures.ts';
import { paste } from '../support/paste.ts';

const documentOf = (type: string) => `apiVersion: orchestration/v1
kind: Policy
metadata:
  name: e2e-documents
spec:
  selector:
    resourceTypes: [vm]
  rules:
    - name: spread
      type: ${type}
      conditions:
        - type: label
          field: labels.tier
          operator: eq
          value: e2e-documents
      actions:
        - type: schedule
          parameters:
            strategy: anti-affinity
            spread_domain: availability_zone
`;

test('mistakes of a document are marked in its lines', async ({ signedIn: page, server }) => {
  await openPage(page, '/orchestration-policies/new');
  const editor = page.locator('form .cm-content[name=document]');
  await editor.press('ControlOrMeta+a');
  await page.keyboard.type('kind: [Poli');
  await expect(page.getByText(/^Line 1, column \d+: /)).not.toHaveCount(0);
  await editor.press('ControlOrMeta+a');
  await page.keyboard.type('a: true');
  await paste(editor, documentOf('placemnt'));
  await expect(page.getByText(/^Line 10, column \d+: .*placement/)).toBeVisible();
  await expect(page.locator('.cm-mistake')).toHaveCount(1);
  await expect(editor).toHaveAttribute('aria-invalid', 'true');
  await loadAxe(page);
  expect(await findBarriers(page)).toEqual([]);
  await paste(editor, documentOf('placement'));
  await expect(page.locator('.cm-mistake')).toHaveCount(0);
  await expect(editor).not.toHaveAttribute('aria-invalid');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'e2e-documents' })).toBeVisible();
  await page.getByRole('button', { name: 'Update' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.locator('.cm-content')).toContainText('spread_domain: availability_zone');
  await paste(dialog.locator('.cm-content'), documentOf('placement').replace('eq', 'equal'));
  await expect(dialog.getByText(/^Line 14, column \d+: /)).toBeVisible();
  const { items } = Object(await server.send('GET', '/orchestration/policies?search=e2e-doc'));
  expect(items).toMatchObject([{ name: 'e2e-documents', version: 1 }]);
  await server.send('DELETE', `/orchestration/policies/${items[0].id}`);
});

const workflowOf = (step: string) => `name: e2e-workflow
inputs:
  size_gb: { type: integer, default: 2 }
steps:
  - id: disk
    task: volume.create
    with: { name: e2e-workflow-disk, size_gb: "\${size_gb}", type: ssd }
    outputs: { volume_id: resource.id }
  - id: remove
    needs: [${step}]
    task: volume.delete
    with: { id: "\${steps.disk.outputs.volume_id}" }
`;

test('a workflow is written, run and watched', async ({ signedIn: page, server, expected }) => {
  expected.push(/status of 400/);
  await openPage(page, '/workflows/new');
  const editor = page.locator('form .cm-content[name=text]');
  await paste(editor, workflowOf('dsk'));
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByText(/^Line 10, column \d+: .*did you mean disk/)).toBeVisible();
  await paste(editor, workflowOf('disk'));
  await expect(page.locator('.cm-mistake')).toHaveCount(0);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'e2e-workflow' })).toBeVisible();
  await page.getByRole('button', { name: 'Run' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('[name=inputs]').fill('{"size_gb": 3}');
  await dialog.getByRole('button', { name: 'Run' }).click();
  await expect(dialog).toHaveCount(0);
  await openPage(page, '/executions');
  const row = page.getByRole('row', { name: /e2e-workflow/ });
  await expect(row).toContainText('succeeded');
  await row.getByRole('link', { name: 'e2e-workflow' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'e2e-workflow' })).toBeVisible();
  await expect(page.getByRole('table').getByText('remove').first()).toBeVisible();
  const { items } = Object(await server.send('GET', '/workflows?search=e2e-workflow'));
  await server.send('DELETE', `/workflows/${items[0].id}`);
});
