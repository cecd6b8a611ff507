/** States that the server keeps for the real Terraform, over its backend http. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createClient } from '@novacron/contract/client/client';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

let system: System;
const workspaces: TerraformWorkspace[] = [];
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());
afterEach(() => {
  for (const workspace of workspaces.splice(0)) workspace.remove();
});

/** Without a provider: what is kept of the state is the same. */
function configure({ directory }: TerraformWorkspace, value: string): void {
  const text = `
terraform {
  backend "http" {}
}
resource "terraform_data" "one" {
  input = "${value}"
}
`;
  writeFileSync(join(directory, 'main.tf'), text);
}

/** A workspace whose state is at the server. */
async function openWorkspace(name: string, key = system.adminKey): Promise<TerraformWorkspace> {
  const address = `${system.url}/terraform-states/${name}`;
  const env = {
    TF_HTTP_ADDRESS: address,
    TF_HTTP_LOCK_ADDRESS: address,
    TF_HTTP_UNLOCK_ADDRESS: address,
    TF_HTTP_USERNAME: 'ci',
    TF_HTTP_PASSWORD: key,
  };
  const workspace = createWorkspace({ kind: 'reattach', reattachProviders: '{}' }, env);
  workspaces.push(workspace);
  configure(workspace, 'a');
  return workspace;
}

const stateOf = async (name: string) => {
  const { items } = await system.call('terraform_state.list', { name: [name] });
  const [state] = items;
  if (state === undefined) throw new Error(`there is no state ${name}`);
  return state;
};

/** Calls the server with another key. */
const clientOf = (key: string) => createClient(createHttpCarrier(system.url, key));

function send(name: string, method: string, body?: object, key = system.adminKey) {
  const authorization = `Basic ${Buffer.from(`x:${key}`).toString('base64')}`;
  return fetch(`${system.url}/terraform-states/${name}`, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe('a state', () => {
  test('is written, kept in versions, compared and restored', async () => {
    const workspace = await openWorkspace('network');
    expect(await workspace.run('init')).toMatchObject({ exitCode: 0 });
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    configure(workspace, 'b');
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const state = await stateOf('network');
    expect(state).toMatchObject({ lock: null, serial: expect.any(Number) });
    const { id } = state;
    const { items } = await system.call('terraform_state.versions', { id });
    const newest = items[0]?.version ?? 0;
    expect(items[0]).toMatchObject({ resources: 1, terraform_version: expect.any(String) });
    const diff = await system.call('terraform_state.diff', { id });
    expect(diff.changes).toEqual([
      { address: 'terraform_data.one', change: 'changed', attributes: ['input', 'output'] },
    ]);
    await system.call('terraform_state.restore', { id, to_version: newest - 1 });
    const restored = await workspace.plan();
    expect(restored).toMatchObject({ exitCode: 2, output: expect.stringContaining('"a" -> "b"') });
    const pulled = await send('network', 'GET');
    expect(await pulled.json()).toMatchObject({ version: 4, resources: [{ name: 'one' }] });
  });

  test('that another run has locked is not planned, and the holder is named', async () => {
    const workspace = await openWorkspace('held');
    expect(await workspace.run('init')).toMatchObject({ exitCode: 0 });
    const lock = { ID: 'lock-of-another', Operation: 'OperationTypeApply', Who: 'ada@laptop' };
    expect((await send('held', 'LOCK', lock)).status).toBe(200);
    const refused = await workspace.plan();
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toContain('ID=lock-of-another');
    expect((await send('held', 'LOCK', { ...lock, ID: 'third' })).status).toBe(423);
    expect((await send('held', 'POST', { version: 4 })).status).toBe(423);
    // Terraform sends no id: the lock stays until a request names it.
    expect((await workspace.run('force-unlock', '-force', 'wrong')).exitCode).toBe(1);
    const { id, lock: held } = await stateOf('held');
    expect(held).toMatchObject({ id: 'lock-of-another', who: 'ada@laptop' });
    await system.call('terraform_state.unlock', { id, lock_id: 'lock-of-another' });
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  });

  test('is planned again where it has changed since the plan', async () => {
    const [first, second] = [await openWorkspace('stale'), await openWorkspace('stale')];
    for (const workspace of [first, second]) {
      expect(await workspace.run('init')).toMatchObject({ exitCode: 0 });
    }
    await first.run('plan', '-out=first.plan');
    expect(await second.apply()).toMatchObject({ exitCode: 0 });
    const late = await first.run('apply', 'first.plan');
    expect(late).toMatchObject({ exitCode: 1, output: expect.stringContaining('stale') });
  });

  test('is neither read nor written by a viewer or another tenant', async () => {
    const workspace = await openWorkspace('private');
    expect(await workspace.run('init')).toMatchObject({ exitCode: 0 });
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const viewer = await system.createKey('viewer');
    expect((await send('private', 'GET', undefined, viewer)).status).toBe(403);
    const made = await system.call('tenant.create', { name: 'other-states' });
    expect((await send('private', 'GET', undefined, made.secret ?? '')).status).toBe(404);
  });
});

/** A state of a size. */
const contentOf = (bytes: number, serial = 1) => {
  const outputs = { filler: { value: 'x'.repeat(bytes), type: 'string' } };
  return { version: 4, terraform_version: '1.11.4', serial, lineage: 'l', outputs, resources: [] };
};

describe('an API key that may use only some states', () => {
  const NARROW = { name: 'ci-prod', role: 'operator', terraform_states: ['prod-*', 'shared'] };

  test('runs Terraform on these, and sees and changes no other', async () => {
    const { secret } = await system.call('api_key.create', NARROW);
    const workspace = await openWorkspace('prod-web', secret);
    expect(await workspace.run('init')).toMatchObject({ exitCode: 0 });
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    for (const method of ['GET', 'LOCK', 'POST', 'UNLOCK']) {
      const body = method === 'GET' ? undefined : { ID: 'x' };
      const refused = await send('staging', method, body, secret);
      expect(await refused.json()).toMatchObject({
        status: 403,
        detail: 'ci-prod may use only these states of Terraform: prod-*, shared.',
      });
    }
    await send('other', 'POST', contentOf(1));
    const { call } = clientOf(secret);
    const listed = await call('terraform_state.list', {});
    expect(listed).toMatchObject({ ok: true, value: { items: [{ name: 'prod-web' }] } });
    const { id } = await stateOf('other');
    const forbidden = { ok: false, error: { code: 'forbidden' } };
    expect(await call('terraform_state.get', { id })).toMatchObject(forbidden);
    // A token of the key has no more rights than the key.
    const made = await call('token.create', {});
    const token = made.ok ? made.value.secret : '';
    expect((await send('other', 'GET', undefined, token)).status).toBe(403);
    expect((await send('prod-web', 'GET', undefined, token)).status).toBe(200);
  });

  test('creates no key that may use more', async () => {
    const admin = { name: 'prod-admin', role: 'admin', terraform_states: ['prod-*'] };
    const { secret } = await system.call('api_key.create', admin);
    const { call } = clientOf(secret);
    const key = { name: 'k', role: 'operator' };
    const wide = { ...key, terraform_states: ['prod-db', 'p*'] };
    expect(await call('api_key.create', wide)).toMatchObject({
      ok: false,
      error: {
        code: 'forbidden',
        fields: [{ message: 'names p*, which you may not use' }],
      },
    });
    expect(await call('api_key.create', key)).toMatchObject({
      ok: true,
      value: { resource: { terraform_states: ['prod-*'] } },
    });
  });
});

test('a quota counts versions, refuses a run before it begins, and pruning frees it', async () => {
  const made = await system.call('tenant.create', { name: 'small', quotas: {} });
  const { id } = made.resource;
  const key = made.secret ?? '';
  const usage = async () => (await system.call('tenant.get', { id })).usage.terraform_state_gb;
  const MIB = 1_048_576;
  for (const serial of [1, 2, 3]) {
    expect((await send('app', 'POST', contentOf(MIB, serial), key)).status).toBe(200);
  }
  expect(await usage()).toBeCloseTo(3 / 1_024, 4);
  await system.call('tenant.update', { id, quotas: { terraform_state_gb: 0 } });
  const refused = await send('app', 'POST', contentOf(MIB, 4), key);
  expect(await refused.json()).toMatchObject({
    status: 403,
    detail: expect.stringMatching(/use 3 MB of 0 MB, and the state app needs 1 MB more\.$/),
    remedy: expect.stringContaining('novacron terraform-state prune app --keep 10'),
  });
  const workspace = await openWorkspace('app', key);
  expect(await workspace.run('init')).toMatchObject({ exitCode: 0 });
  const run = await workspace.apply();
  expect(run.exitCode).toBe(1);
  expect(run.output.replaceAll(/\s+/g, ' ')).toContain('of the tenant use 3 MB of 0 MB');
  expect((await workspace.plan()).exitCode).not.toBe(1);
  const { call } = clientOf(key);
  const listed = await call('terraform_state.list', {});
  const state = listed.ok ? listed.value.items[0] : undefined;
  if (state === undefined) throw new Error('there is no state');
  const pruned = await call('terraform_state.prune', { id: state.id, keep: 1 });
  expect(pruned).toMatchObject({ ok: true, value: { deleted: 2 } });
  expect(await usage()).toBeCloseTo(1 / 1_024, 4);
  await expect(system.call('tenant.delete', { id })).rejects.toThrow(/states of Terraform/);
  expect(await call('terraform_state.delete', { id: state.id })).toMatchObject({ ok: true });
  expect(await usage()).toBe(0);
});

test('a content that is no state, or arrives damaged, changes nothing', async () => {
  expect((await send('bad', 'POST', { version: 3, serial: 1 })).status).toBe(400);
  const authorization = `Bearer ${system.adminKey}`;
  const body = JSON.stringify({ version: 4, serial: 1, lineage: 'x', resources: [] });
  const headers = { authorization, 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' };
  const sent = await fetch(`${system.url}/terraform-states/bad`, {
    method: 'POST',
    headers,
    body,
  });
  expect(sent.status).toBe(400);
  expect((await send('bad', 'GET')).status).toBe(404);
  const { items } = await system.call('terraform_state.list', {});
  expect(items.map(({ name }) => name)).not.toContain('bad');
});
