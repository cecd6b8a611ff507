/** Workflows that run as an API key: who lets them, what voids that, whom steps act as. */
import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const textOf = (name: string, more = '') => `name: ${name}
run_as: deployer
steps:
  - id: create
    task: network.create
    with: { name: ${name}, cidr: 10.0.0.0/16 }
${more}`;

async function keyOf(name: string, role = 'operator') {
  const { resource } = await bench().expectOk('api_key.create', { name, role, person: name });
  const { id, tenant_id: tenantId } = resource;
  return { principal: { id, name, role, tenantId } };
}

/** A key that may start workflows and nothing else. */
async function starter() {
  const operations = ['workflow.run', '*.get', '*.list'];
  await bench().expectOk('role.create', { name: 'starter', operations });
  const key = await keyOf('sam', 'starter');
  const found = new Set([...operations.slice(0, 1), 'execution.get', 'network.list']);
  return { principal: { ...key.principal, operations: found as never } };
}

const store = async (text: string) =>
  (await bench().expectOk('workflow.create', { text })).resource;

const authorize = async (
  { id, digest }: Pick<InputOf<'workflow.authorize'>, 'id' | 'digest'>,
  revoke = false,
) => (await bench().expectOk('workflow.authorize', { id, digest, revoke })).resource;

async function run(input: InputOf<'workflow.run'>, as?: Awaited<ReturnType<typeof keyOf>>) {
  const { operation } = await bench().expectOk('workflow.run', input, as);
  await bench().end(operation);
  return bench().expectOk('execution.get', { id: operation.id });
}

describe('a workflow that runs as an API key', () => {
  test('acts as that key once an admin has authorized its text', async () => {
    await keyOf('deployer');
    const sam = await starter();
    const { id, digest, run_as } = await store(textOf('w'));
    expect(run_as).toEqual({
      principal: 'deployer',
      authorized: false,
      authorized_by: null,
      authorized_at: null,
    });
    const refused = await bench().expectProblem('workflow.run', { id }, sam);
    expect([refused.code, refused.detail, refused.remedy]).toEqual([
      'forbidden',
      'w does not start: its steps would act as deployer, and no admin has authorized this text ' +
        'to do so.',
      `Ask an admin to read the text, and then: novacron workflow authorize w --digest ${digest}`,
    ]);
    expect(await authorize({ id, digest })).toMatchObject({
      run_as: { authorized: true, authorized_by: 'admin' },
    });
    const ended = await run({ id }, sam);
    expect(ended).toMatchObject({ status: 'succeeded', run_as: 'deployer', created_by: 'sam' });
    const { items } = await bench().expectOk('network.list', {});
    expect(items).toMatchObject([{ name: 'w', created_by: 'deployer' }]);
    await authorize({ id, digest }, true);
    expect((await bench().expectProblem('workflow.run', { id }, sam)).code).toBe('forbidden');
  });

  test('is not authorized any more after any change of its text, not even back', async () => {
    await keyOf('deployer');
    const { id, digest } = await store(textOf('w'));
    await authorize({ id, digest });
    const changed = textOf('w', '  - { id: rest, wait: 1s }\n');
    const next = await bench().expectOk('workflow.update', { id, text: changed });
    expect(next.resource.run_as).toMatchObject({ authorized: false });
    const old = await bench().expectProblem('workflow.authorize', { id, digest });
    expect(old.detail).toBe('The text of w is not the one with this digest: it has version 2 now.');
    const back = await bench().expectOk('workflow.rollback', { id, to_version: 1 });
    expect(back.resource).toMatchObject({ digest, run_as: { authorized: false } });
    expect((await bench().expectProblem('workflow.run', { id })).code).toBe('forbidden');
    // Switching it off and on leaves the text as it was read.
    await authorize({ id, digest });
    await bench().expectOk('workflow.update', { id, enabled: false });
    const on = await bench().expectOk('workflow.update', { id, enabled: true });
    expect(on.resource.run_as).toMatchObject({ authorized: true });
    await bench().expectOk('workflow.update', { id, text: changed });
    const text2 = { id, at_version: 3 };
    expect((await bench().expectProblem('workflow.run', text2)).code).toBe('forbidden');
  });

  test('does not run as another key of that name, nor as one that is gone', async () => {
    const { principal } = await keyOf('deployer');
    const { id, digest } = await store(textOf('w'));
    await authorize({ id, digest });
    await bench().expectOk('api_key.delete', { id: principal.id });
    const gone = await bench().expectProblem('workflow.run', { id });
    expect(gone.detail).toContain('would act as deployer, which is not a valid API key');
    await keyOf('deployer');
    const other = await bench().expectProblem('workflow.run', { id });
    expect(other.detail).toContain('no admin has authorized this text');
  });

  test('is authorized by who has the rights of the key, and an operator has not', async () => {
    await keyOf('deployer', 'admin');
    const { id, digest } = await store(textOf('w'));
    const operator = await keyOf('ann');
    const asked = { id, digest };
    const low = await bench().expectProblem('workflow.authorize', asked, operator);
    expect(low.code).toBe('forbidden');
    const operations = new Set(['workflow.authorize', 'workflow.get']);
    const some = { principal: { ...operator.principal, operations: operations as never } };
    const less = await bench().expectProblem('workflow.authorize', asked, some);
    expect(less.detail).toContain('A text cannot allow operations that its creator may not call');
    const narrow = {
      principal: { ...operator.principal, role: 'admin', terraformStates: ['w-*'] },
    };
    const states = await bench().expectProblem('workflow.authorize', asked, narrow);
    expect(states.detail).toBe('deployer may use all states of Terraform; you may use only some.');
  });

  test('runs whole, and needs nothing with the key itself', async () => {
    const deployer = await keyOf('deployer');
    const { id, digest } = await store(textOf('w'));
    await authorize({ id, digest });
    const one = await bench().expectProblem('workflow.run', { id, only_step: 'create' });
    expect(one.detail).toContain('its steps act as deployer, which is authorized for whole runs');
    await authorize({ id, digest }, true);
    expect(await run({ id }, deployer)).toMatchObject({ status: 'succeeded', run_as: 'deployer' });
    const plain = await store('name: plain\nsteps:\n  - { id: a, wait: 1s }\n');
    const none = await bench().expectProblem('workflow.authorize', {
      id: plain.id,
      digest: plain.digest,
    });
    expect(none.detail).toBe('The text of plain names no API key: its steps act as who starts it.');
  });

  test('starts only workflows that an admin has authorized, too', async () => {
    await keyOf('deployer');
    const sam = await keyOf('sam');
    const plain = await store('name: plain\nsteps:\n  - { id: a, wait: 1s }\n');
    const inner = await store(
      'name: inner\nrun_as: deployer\nsteps: [{ id: p, workflow: plain }]\n',
    );
    const outer = await store(
      'name: outer\nrun_as: deployer\nsteps: [{ id: i, workflow: inner }]\n',
    );
    await authorize({ id: outer.id, digest: outer.digest });
    const words = 'no admin has authorized its text';
    expect((await run({ id: outer.id }, sam)).problem?.detail).toContain(words);
    await authorize({ id: inner.id, digest: inner.digest });
    // What that one starts is no less a text that others can change.
    expect((await run({ id: outer.id }, sam)).problem?.detail).toContain('inner');
    const text = 'name: plain\nrun_as: deployer\nsteps:\n  - { id: a, wait: 1s }\n';
    const changed = await bench().expectOk('workflow.update', { id: plain.id, text });
    await authorize({ id: plain.id, digest: changed.resource.digest });
    expect(await run({ id: outer.id }, sam)).toMatchObject({ status: 'succeeded' });
  });
});
