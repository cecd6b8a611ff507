/** The page of a GitOps application: syncs, what they wait for, and the way back. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { TEST_UID } from '../../../runner/src/test-kit/run-for-test.ts';
import { findBarriers, loadAxe } from '../support/barriers.ts';
import { openPage, signIn, test } from '../support/fixtures.ts';

let repository: string;
test.beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'novacron-e2e-repository-'));
  chmodSync(repository, 0o755);
  git('init', '--quiet', '--initial-branch=main');
  process.env.NOVACRON_RUNNER_ALLOW_PATH = repository;
  process.env.NOVACRON_RUNNER_FIRST_UID = String(TEST_UID);
});
test.afterEach(() => rmSync(repository, { recursive: true, force: true }));

function git(...args: readonly string[]): string {
  const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@novacron.example'];
  return execFileSync('git', [...person, ...args], { cwd: repository, encoding: 'utf8' }).trim();
}

function commitNetworks(subject: string, names: readonly string[]): string {
  const documents = names.map(
    (name, at) => `kind: network\nname: ${name}\ncidr: 10.9${at}.0.0/24\n`,
  );
  writeFileSync(join(repository, 'networks.yaml'), documents.join('---\n'));
  git('add', '--all');
  git('commit', '--quiet', `--message=${subject}`);
  return git('rev-parse', '--short=12', 'HEAD');
}

async function pressSync(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sync', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Sync infra' });
  await dialog.getByRole('button', { name: 'Sync', exact: true }).click();
  await expect(dialog).toBeHidden();
}

test('an application is synced, waits for a person, and is rolled back', async ({
  page,
  begin,
}) => {
  const server = await begin('--runner');
  await expect
    .poll(async () => Object(await server.send('GET', '/runners')).items.length)
    .toBeGreaterThan(0);
  await server.send('POST', '/api-keys', { name: 'deployer', role: 'operator' });
  const first = commitNetworks('Add blue', ['e2e-blue']);
  const { resource } = Object(
    await server.send('POST', '/gitops-applications', {
      name: 'infra',
      repository: `file://${repository}`,
      target_revision: 'main',
      source: 'manifests',
      run_as: 'deployer',
      approval: 'always',
    }),
  );
  await signIn(page, server);
  await openPage(page, `/gitops-applications/${resource.id}`);
  const state = page.getByRole('region', { name: 'State' });
  await expect(state).toContainText('never synced');
  await pressSync(page);
  const waiting = page.getByRole('region', { name: 'Waits for people' });
  await expect(waiting.getByRole('link', { name: 'approve' })).toBeVisible();
  await expect(state).toContainText('syncing');

  // Who has started a sync does not approve it: another person does.
  const { secret } = Object(
    await server.send('POST', '/api-keys', { name: 'grace', role: 'admin', person: 'grace' }),
  );
  const approve = async () => {
    const listed = await server.send('GET', '/approvals?status=pending');
    const [{ id }] = Object(listed).items;
    const headers = { authorization: `Bearer ${secret}` };
    await server.send('POST', `/approvals/${id}/approve`, {}, headers);
  };
  await approve();
  const history = page.getByRole('region', { name: 'History' });
  await expect(history.getByRole('row', { name: new RegExp(first) })).toContainText('create 1');
  await expect(state).toContainText('synced');
  await expect(state).toContainText('healthy');

  const second = commitNetworks('Add green', ['e2e-blue', 'e2e-green']);
  await pressSync(page);
  await expect(waiting).toContainText('Add green');
  await approve();
  await expect(history.getByRole('row', { name: new RegExp(second) })).toContainText('Add green');
  await loadAxe(page);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: `Roll back to ${first}` }).click();
  const dialog = page.getByRole('dialog', { name: `Roll infra back to ${first}` });
  await dialog.getByRole('button', { name: 'Rollback' }).click();
  await expect(dialog).toBeHidden();
  await expect(history.getByRole('row', { name: new RegExp(first) })).toHaveCount(2);
});
