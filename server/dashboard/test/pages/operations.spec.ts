/** Steering an operation from its page, and what lists and counts say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';
import type { TestServer } from '../support/start-server.ts';

/** An execution that waits, then restarts a VM that there is not: it fails for good. */
async function startExecution(
  server: TestServer,
  name: string,
  wait: string,
  step = 'restart',
): Promise<string> {
  const text = `name: ${name}
inputs:
  id: string
steps:
  - { id: pause, wait: ${wait} }
  - id: ${step}
    needs: [pause]
    task: vm.reboot
    with: { id: "\${inputs.id}" }
    retry: { max_attempts: 1 }
    on_failure: stop
`;
  const { resource } = Object(await server.send('POST', '/workflows', { text }));
  const inputs = { id: 'vm_00000000000000000000000000' };
  const run = await server.send('POST', `/workflows/${resource.id}/run`, { inputs });
  return String(Object(run).operation.id);
}

async function openOperation(page: Page, id: string, name: string): Promise<void> {
  await openPage(page, `/operations/${id}`);
  const title = `workflow.run ${name}`;
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
}

const attemptsOf = (page: Page, step: string) =>
  page
    .getByRole('row', { name: new RegExp(`^${step}`) })
    .getByRole('cell')
    .nth(1);

test('retries a failed execution from a step', async ({ signedIn: page, server }) => {
  const id = await startExecution(server, 'e2e-retry', '1s');
  await server.send('GET', `/operations/${id}/wait?timeout_ms=30000`);
  await openOperation(page, id, 'e2e-retry');
  await expect(attemptsOf(page, 'restart')).toHaveText('1');
  const retry = page.getByRole('button', { name: 'Retry', exact: true });
  await expect(retry).toHaveAccessibleDescription('It is failed: retry it from a step.');
  const read = async () => Object(await server.send('GET', `/operations/${id}`));
  const before = (await read()).finished_at;
  await page.getByRole('button', { name: 'Retry from restart' }).click();
  await expect.poll(async () => [null, before].includes((await read()).finished_at)).toBe(false);
  expect(await read()).toMatchObject({ status: 'failed' });
});

test('a failure claims no undo that did not happen, and steps keep their names', async ({
  signedIn: page,
  server,
}) => {
  const id = await startExecution(server, 'e2e-stopped', '1s', 'restart-vm_1');
  await server.send('GET', `/operations/${id}/wait?timeout_ms=30000`);
  await openOperation(page, id, 'e2e-stopped');
  const main = page.getByRole('main');
  await expect(main.getByText('The operation failed', { exact: true })).toBeVisible();
  await expect(main).toContainText('Steps without a compensation stay done');
  await expect(main).not.toContainText('was undone');
  await expect(page.getByRole('rowheader', { name: 'restart-vm_1', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Retry from restart-vm_1' })).toBeVisible();
});

test('the task bar follows no operation that may not be read any more', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(/status of 403/);
  const server = await begin();
  const operations = ['session.*', 'workflow.*', 'operation.*', 'event.*'];
  await server.send('POST', '/roles', { name: 'e2e-runner', operations });
  const made = await server.send('POST', '/api-keys', { name: 'e2e-runner', role: 'e2e-runner' });
  const { secret } = Object(made);
  const text = 'name: e2e-long\nsteps:\n  - { id: pause, wait: 1h }\n';
  const { resource } = Object(await server.send('POST', '/workflows', { text }));
  await signIn(page, Object.assign({}, server, { adminKey: String(secret) }));
  await openPage(page, `/workflows/${resource.id}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  const bar = page.getByRole('region', { name: 'My operations' });
  const progress = bar.getByRole('img', { name: 'workflow.run e2e-long: 0 %' });
  await expect(progress).toBeVisible();
  await expect(page.getByText('Run e2e-long: accepted')).toBeVisible();
  const { items } = Object(await server.send('GET', '/roles?name=e2e-runner'));
  const less = { operations: ['session.*', 'workflow.*'] };
  await server.send('PATCH', `/roles/${items[0].id}`, less);
  await expect(bar).toContainText('no longer visible to you');
  await expect(progress).toHaveCount(0);
});

test('cancels a running execution', async ({ signedIn: page, server }) => {
  const id = await startExecution(server, 'e2e-cancel', '1h');
  await openOperation(page, id, 'e2e-cancel');
  const cancel = page.getByRole('button', { name: 'Cancel and undo' });
  await cancel.click();
  await expect(cancel).toHaveAccessibleDescription(
    'It is failed: only a running operation can be cancelled.',
  );
  expect(Object(await server.send('GET', `/operations/${id}`)).status).toBe('failed');
});

test('retries an operation that is stuck, once what refused its undo is gone', async ({
  page,
  begin,
}) => {
  const server = await begin();
  const rule = `package novacron
deny contains "volumes stay" if input.action == "delete_volume"
`;
  const policy = { name: 'e2e-stay', type: 'security', enforcement_mode: 'block', enabled: true };
  const kept = Object(await server.send('POST', '/policies', Object.assign({ rule }, policy)));
  const text = `name: e2e-stuck
steps:
  - id: disk
    task: volume.create
    with: { name: e2e-stuck, size_gb: 1, type: ssd }
    outputs: { volume_id: resource.id }
    compensate:
      task: volume.delete
      with: { id: "\${steps.disk.outputs.volume_id}" }
  - id: restart
    needs: [disk]
    task: vm.reboot
    with: { id: vm_00000000000000000000000000 }
    retry: { max_attempts: 1 }
`;
  const { resource } = Object(await server.send('POST', '/workflows', { text }));
  const run = Object(await server.send('POST', `/workflows/${resource.id}/run`, {}));
  const { id } = run.operation;
  await server.send('GET', `/operations/${id}/wait?timeout_ms=30000`);
  await signIn(page, server);
  await openOperation(page, id, 'e2e-stuck');
  const main = page.getByRole('main');
  await expect(main).toContainText('volumes stay');
  const retry = page.getByRole('button', { name: 'Retry', exact: true });
  const read = async () => Object(await server.send('GET', `/operations/${id}`));
  const before = (await read()).finished_at;
  await retry.click();
  // The policy is still there.
  await expect.poll(async () => [null, before].includes((await read()).finished_at)).toBe(false);
  expect(await read()).toMatchObject({ status: 'stuck' });
  await expect(retry).toHaveAccessibleDescription('');
  await server.send('DELETE', `/policies/${kept.resource.id}`);
  await retry.click();
  await expect(retry).toHaveAccessibleDescription(/^It is failed: /);
  const { items } = Object(await server.send('GET', '/volumes'));
  expect(items).toEqual([]);
  await expect(page.getByRole('row', { name: /^disk/ })).toContainText('undone');
});

test('a cancel button says beforehand why a migration is past its point of no return', async ({
  page,
  begin,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'novacron-e2e-fleet-'));
  try {
    const server = await begin('--fleet', writeSlowFleet(folder));
    const wanted = { name: 'e2e-moving', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    const made = Object(await server.send('POST', '/vms', wanted));
    await server.send('GET', `/operations/${made.operation.id}/wait?timeout_ms=30000`);
    const moving = Object(await server.send('POST', `/vms/${made.resource.id}/migrate`, {}));
    await signIn(page, server);
    await openPage(page, `/operations/${moving.operation.id}`);
    const cancel = page.getByRole('button', { name: 'Cancel and undo' });
    await expect(cancel).toHaveAccessibleDescription(
      'It is past the point of no return: step migrate has begun and cannot be taken back.',
    );
    await cancel.press('Enter');
    const read = await server.send('GET', `/operations/${moving.operation.id}`);
    expect(read).toMatchObject({ status: 'running' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Two nodes that take minutes to hand a running VM over. @returns the file of the fleet */
function writeSlowFleet(folder: string): string {
  const slow = { min: 240_000, max: 240_000 };
  const nodes = ['a', 'b'].map((name) => ({
    name,
    zone: 'zone-1',
    rack: 'rack-1',
    cpu_cores: 8,
    memory_gb: 32,
    disk_gb: 200,
    latency_ms: { activate: slow },
  }));
  const pool = { size_gb: 1_000 };
  const fleet = { nodes, storage_pools: { ssd: pool, hdd: pool, nvme: pool } };
  const file = join(folder, 'fleet.json');
  writeFileSync(file, JSON.stringify(fleet));
  return file;
}

test('pauses and resumes an execution from its page', async ({ signedIn: page, server }) => {
  const id = await startExecution(server, 'e2e-pause', '1h');
  await openPage(page, `/executions/${id}`);
  const main = page.getByRole('main');
  const pause = main.getByRole('button', { name: 'Pause', exact: true });
  const resume = main.getByRole('button', { name: 'Resume', exact: true });
  await expect(resume).toHaveAccessibleDescription('It is not paused.');
  const confirm = async (verb: string) => {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: verb, exact: true }).click();
    await expect(dialog).toHaveCount(0);
  };
  await pause.click();
  await confirm('Pause');
  await expect(pause).toHaveAccessibleDescription('It is paused already.');
  const read = async () => Object(await server.send('GET', `/executions/${id}`));
  expect((await read()).paused_at).toEqual(expect.any(String));
  await resume.click();
  await confirm('Resume');
  await expect(resume).toHaveAccessibleDescription('It is not paused.');
  expect((await read()).paused_at).toBeNull();
  await server.send('POST', `/operations/${id}/cancel`, {});
});

test('operations are marked as sorted the way they are', async ({ signedIn: page }) => {
  await openPage(page, '/operations');
  const created = page.getByRole('columnheader', { name: 'Created', exact: true });
  await expect(created).toHaveAttribute('aria-sort', 'descending');
  await created.getByRole('button').click();
  await expect(created).toHaveAttribute('aria-sort', 'ascending');
  const isAscending = async () => {
    const rows = page.locator('tbody tr');
    const made = await rows.evaluateAll((all) =>
      all.map((row) => row.querySelector('time')?.dateTime),
    );
    return made.length > 1 && JSON.stringify(made) === JSON.stringify(made.toSorted());
  };
  await expect.poll(isAscending).toBe(true);
});

test('the overview says of how many nodes are ready', async ({ signedIn: page }) => {
  await openPage(page, '/');
  const counts = page.getByRole('list', { name: 'Counts' });
  await expect(counts.getByRole('link', { name: /12 ?Nodes.*of 12 ready/ })).toBeVisible();
});
