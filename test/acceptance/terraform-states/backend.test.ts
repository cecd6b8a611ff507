/** States that the server keeps for the real Terraform, over its backend http. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
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
