/** Steering an operation from its page, and what lists and counts say. */
import { expect, type Page } from '@playwright/test';
import { openPage, test } from '../support/fixtures.ts';
import type { TestServer } from '../support/start-server.ts';

/** An execution that waits, then restarts a VM that there is not: it fails for good. */
async function startExecution(server: TestServer, name: string, wait: string): Promise<string> {
  const text = `name: ${name}
inputs:
  id: string
steps:
  - { id: pause, wait: ${wait} }
  - id: restart
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

test('operations are marked as sorted the way they are', async ({ signedIn: page }) => {
  await openPage(page, '/operations');
  const created = page.getByRole('columnheader', { name: 'Created', exact: true });
  await expect(created).toHaveAttribute('aria-sort', 'descending');
  await created.getByRole('button').click();
  await expect(created).toHaveAttribute('aria-sort', 'ascending');
  await expect(page.getByRole('row').nth(1)).toContainText('e2e-net');
});

test('the overview says of how many nodes are ready', async ({ signedIn: page }) => {
  await openPage(page, '/');
  const counts = page.getByRole('list', { name: 'Counts' });
  await expect(counts.getByRole('link', { name: /12 ?Nodes.*of 12 ready/ })).toBeVisible();
});
