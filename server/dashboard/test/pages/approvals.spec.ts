/** People who are asked: they read what happens, and approve or deny it. */
import { expect, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';
import { tabTo } from '../support/keyboard.ts';
import type { TestServer } from '../support/start-server.ts';

const textOf = (name: string) => `name: ${name}
inputs:
  cores: integer
steps:
  - id: confirm
    approval: { message: "Create the network of ${name}?" }
  - id: create
    needs: [confirm]
    task: network.create
    with: { name: "${name}-net", cidr: 10.77.0.0/24 }
`;

/** Starts an execution that waits for people. @returns ids of the execution and its approval */
async function askPeople(server: TestServer, name: string) {
  const { resource } = Object(await server.send('POST', '/workflows', { text: textOf(name) }));
  const inputs = { cores: 2 };
  const run = await server.send('POST', `/workflows/${resource.id}/run`, { inputs });
  const execution = String(Object(run).operation.id);
  const path = `/approvals?subject_id=${execution}`;
  await expect.poll(async () => Object(await server.send('GET', path)).items.length).toBe(1);
  const { items } = Object(await server.send('GET', path));
  return { execution, approval: String(items[0].id) };
}

async function signInAsApprover(page: Page, server: TestServer, name: string): Promise<void> {
  const key = { name, person: name, role: 'operator' };
  const { secret } = Object(await server.send('POST', '/api-keys', key));
  await signIn(page, Object.assign({}, server, { adminKey: String(secret) }));
}

test('an approver sees what will run, and approves it by keys', async ({ page, server }) => {
  const { execution, approval } = await askPeople(server, 'e2e-approved');
  await signInAsApprover(page, server, 'e2e-ann');
  await openPage(page, '/approvals?status=pending');
  // Until it is there, links of the overview lead to the workflow of that name.
  await expect(page.getByRole('heading', { level: 1, name: 'Approvals' })).toBeVisible();
  const link = page.getByRole('link', { name: 'e2e-approved' });
  await link.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'e2e-approved' })).toBeFocused();
  const main = page.getByRole('main');
  await expect(main).toContainText('Create the network of e2e-approved?');
  await expect(main).toContainText('network.create');
  await expect(main).toContainText('10.77.0.0/24');
  const approve = page.getByRole('button', { name: 'Approve', exact: true });
  await tabTo(page, approve);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Approve e2e-approved' });
  await tabTo(page, dialog.getByLabel('Comment'));
  await page.keyboard.type('Traffic is low.');
  await tabTo(page, dialog.getByRole('button', { name: 'Approve', exact: true }));
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(main).toContainText('Traffic is low.');
  await expect(approve).toHaveAccessibleDescription('It is approved; this needs it to be pending.');
  const ended = await server.send('GET', `/operations/${execution}/wait?timeout_ms=30000`);
  expect(ended).toMatchObject({ status: 'succeeded' });
  const { votes } = Object(await server.send('GET', `/approvals/${approval}`));
  expect(votes).toMatchObject([{ person: 'e2e-ann', vote: 'approve', comment: 'Traffic is low.' }]);
});

test('who has started it reads before pressing that their vote would not count', async ({
  signedIn: page,
  server,
}) => {
  const { approval } = await askPeople(server, 'e2e-own');
  await openPage(page, `/approvals/${approval}`);
  const why = 'admin may not vote: admin requested it, or is an author of what it is about.';
  for (const name of ['Approve', 'Deny']) {
    const button = page.getByRole('button', { name, exact: true });
    await expect(button).toHaveAccessibleDescription(why);
    await button.press('Enter');
  }
  await expect(page.getByRole('dialog')).toHaveCount(0);
  // What the panels show does not stand below them once more.
  await expect(page.getByText('network.create')).toHaveCount(1);
});

test('who denies says why, and nothing runs', async ({ page, server }) => {
  const { execution, approval } = await askPeople(server, 'e2e-denied');
  await signInAsApprover(page, server, 'e2e-bob');
  await openPage(page, `/approvals/${approval}`);
  await page.getByRole('button', { name: 'Deny', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Deny e2e-denied' });
  await dialog.getByLabel('Comment').fill('Not during the sale.');
  await dialog.getByRole('button', { name: 'Deny', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('main')).toContainText('Not during the sale.');
  const ended = await server.send('GET', `/operations/${execution}/wait?timeout_ms=30000`);
  expect(ended).toMatchObject({ status: 'failed' });
  expect(await server.send('GET', '/networks?name=e2e-denied-net')).toMatchObject({ items: [] });
});
