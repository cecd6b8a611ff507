/** Steps of workflows and executions as graphs. */
import { expect } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';

const TEXT = `name: e2e-graph
steps:
  - { id: first, wait: 1s }
  - { id: quick, needs: [first], wait: 1s }
  - { id: slow, needs: [first], http: { url: "https://example.com/<script>" } }
`;

const GRAPH = 'Steps, each below those that it needs';

test('a workflow is drawn, with names as text', async ({ page, server }) => {
  const { resource } = Object(await server.send('POST', '/workflows', { text: TEXT }));
  await signIn(page, server);
  await openPage(page, `/workflows/${resource.id}`);
  const graph = page.getByRole('group', { name: GRAPH });
  await expect(graph.locator('rect')).toHaveCount(3);
  await expect(graph).toContainText('http: https://example.com/<');
  await expect(graph.locator('script')).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Steps' })).toContainText('no execution has ended');
});

test('an execution is drawn, and how far its steps are', async ({ page, server }) => {
  const text = 'name: e2e-run\nsteps:\n  - { id: settle, wait: 1h }\n';
  const { resource } = Object(await server.send('POST', '/workflows', { text }));
  const run = await server.send('POST', `/workflows/${resource.id}/run`, { inputs: {} });
  const { id } = Object(run).operation;
  await signIn(page, server);
  await openPage(page, `/executions/${id}`);
  const graph = page.getByRole('group', { name: GRAPH });
  await expect(graph).toContainText('wait: running');
  await server.send('POST', `/operations/${id}/cancel`, {});
  await expect(graph).toContainText(/wait: (failed|taken back|waiting)/);
});

test('an execution that has failed is retried from a step, on its page', async ({
  page,
  server,
}) => {
  const network = { name: 'e2e-again', cidr: '10.83.0.0/24' };
  const made = await server.send('POST', '/networks', network);
  const text = `name: e2e-again
steps:
  - id: net
    task: network.create
    with: { name: e2e-again, cidr: 10.83.0.0/24 }
    retry: { max_attempts: 1 }
`;
  const { resource } = Object(await server.send('POST', '/workflows', { text }));
  const run = await server.send('POST', `/workflows/${resource.id}/run`, { inputs: {} });
  const { id } = Object(run).operation;
  await server.send('GET', `/operations/${id}/wait?timeout_ms=30000`);
  const first = Object(Object(made).resource).id;
  await server.send('DELETE', `/networks/${first}`);
  await signIn(page, server);
  await openPage(page, `/executions/${id}?step=net`);
  const dialog = page.getByRole('dialog', { name: 'Step net' });
  await expect(dialog).toContainText('exists already');
  await dialog.getByRole('button', { name: 'Retry from here' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('group', { name: GRAPH })).toContainText('task: succeeded');
  await expect(page.getByRole('row', { name: /^net/ })).toContainText('succeeded');
  await page.getByRole('button', { name: 'net', exact: true }).click();
  await expect(dialog.getByRole('link', { name: /^op_/ })).not.toHaveCount(0);
});
