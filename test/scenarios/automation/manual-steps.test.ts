/** Manual steps: a person does what the step says, and checks it off. */
import { describe, expect, test } from '@jest/globals';
import type { OperationId } from '@novacron/contract/ids';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const MINUTE_MS = 60_000;

/** In the words of earlier formats, as people have them. */
const RUNBOOK = `metadata: { id: cable }
parameters: { rack: { type: string } }
steps:
  - id: plug
    action_type: manual
    action: Plug in the cable of \${rack}
    critical: true
    outputs: { by: checked_by, note: note }
  - { id: settle, wait: 1s }
`;

async function start(text = RUNBOOK) {
  const { resource } = await bench().expectOk('workflow.create', { text });
  const inputs = { rack: 'r-7' };
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id, inputs });
  return { operation, check: await checkOf(operation.id) };
}

async function checkOf(id: OperationId) {
  await waitUntil('the execution to wait', async () => {
    await bench().advance(100);
    const [row] = await bench().store.read({ from: 'operations', where: { id } });
    return row?.owner === 'waiting' ? true : undefined;
  });
  const { items } = await bench().expectOk('approval.list', { subject_id: [id] });
  const [last] = items.slice(-1);
  if (last === undefined) throw new Error('it waits for a person');
  return bench().expectOk('approval.get', { id: last.id });
}

async function endOf(operation: { readonly id: OperationId }) {
  await bench().end(operation);
  return bench().expectOk('execution.get', { id: operation.id });
}

describe('a manual step', () => {
  test('waits until who has started it checks it off, with a note', async () => {
    const { operation, check } = await start();
    expect(check).toMatchObject({
      kind: 'check',
      message: 'Plug in the cable of r-7',
      excluded: [],
      vote_refusal: null,
      details: { step: 'plug', targets: [{ step: 'settle' }] },
    });
    const comment = 'port 12';
    const { resource } = await bench().expectOk('approval.approve', { id: check.id, comment });
    expect(resource).toMatchObject({ status: 'approved', votes: [{ person: 'admin', comment }] });
    const ended = await endOf(operation);
    expect(ended.status).toBe('succeeded');
    expect(ended.steps[0]?.outputs).toEqual({ by: 'admin', note: 'port 12' });
  });

  test('that is not done fails with what the person says, and stops a critical run', async () => {
    const { operation, check } = await start();
    await bench().expectOk('approval.deny', { id: check.id, comment: 'no cable left' });
    const ended = await endOf(operation);
    expect(ended.status).toBe('stopped');
    expect(ended.steps.map(({ status }) => status)).toEqual(['failed', 'waiting']);
    expect(ended.steps[0]?.message).toBe('admin could not do it: no cable left');
  });

  test('fails when no person has checked it off in time', async () => {
    const { operation } = await start(RUNBOOK.replace('critical: true', 'timeout: 1m'));
    await bench().restartServer();
    await bench().advance(MINUTE_MS + 20_000);
    const ended = await endOf(operation);
    expect(ended.steps[0]?.message).toBe('it was not confirmed in time');
  });

  test('is not checked off by who may only read', async () => {
    const { check } = await start();
    const key = { name: 'eve', role: 'viewer', person: 'eve' };
    const { resource } = await bench().expectOk('api_key.create', key);
    const { id, tenant_id: tenantId } = resource;
    const principal = { id, name: 'eve', role: 'viewer', tenantId };
    const found = await bench().expectProblem('approval.approve', { id: check.id }, { principal });
    expect(found.code).toBe('forbidden');
  });

  test('for each item is refused before anything is done', async () => {
    const text = `name: w
steps:
  - { id: plug, for_each: [a, b], wait: { manual: "Plug in \${item}" } }
`;
    const { resource } = await bench().expectOk('workflow.create', { text });
    const found = await bench().expectProblem('workflow.run', { id: resource.id });
    expect(found.detail).toBe(
      'This server cannot run w: step plug is a manual step for each item.',
    );
  });
});
