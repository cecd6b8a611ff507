/** Approvals: who may give them, what they are about, and executions that wait for them. */
import { describe, expect, test } from '@jest/globals';
import type { Approval } from '@novacron/contract/access/approval';
import type { OperationId } from '@novacron/contract/ids';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const MINUTE_MS = 60_000;

/** Someone who calls with an API key of their own. */
async function keyOf(name: string, more: { person?: string; role?: string } = {}) {
  const { role = 'operator', person = name } = more;
  const { resource } = await bench().expectOk('api_key.create', { name, role, person });
  const { id, tenant_id: tenantId } = resource;
  return { principal: { id, name, role, tenantId } };
}

const textOf = (approval = '{ message: "May web go?" }') => `name: release
inputs: { name: string }
steps:
  - id: create
    task: vm.create
    with: { name: "\${name}", cpu_cores: 1, memory_gb: 1, disk_gb: 10 }
    outputs: { vm_id: resource.id }
    compensate: { task: vm.delete, with: { id: "\${steps.create.outputs.vm_id}" } }
  - { id: ask, needs: [create], approval: ${approval}, outputs: { by: approved_by } }
  - { id: stop, needs: [ask], task: vm.stop, with: { id: "\${steps.create.outputs.vm_id}" } }
`;

/** Stores a definition as admin, and runs it until it asks. */
async function ask(text = textOf(), name = 'web-1') {
  const { resource } = await bench().expectOk('workflow.create', { text });
  const runner = await keyOf(`ci-${name}`);
  const inputs = { name };
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id, inputs }, runner);
  const approval = await approvalOf(operation.id);
  return { approval, operation, runner, workflow: resource };
}

/** Waits until an execution asks, and no server runs it. */
async function approvalOf(id: OperationId): Promise<Approval> {
  await waitUntil('the execution to wait', async () => {
    await bench().advance(100);
    const [row] = await bench().store.read({ from: 'operations', where: { id } });
    return row?.owner === 'waiting' ? true : undefined;
  });
  const { items } = await bench().expectOk('approval.list', { subject_id: [id] });
  const [last] = items.slice(-1);
  if (last === undefined) throw new Error('it asks');
  return bench().expectOk('approval.get', { id: last.id });
}

async function endOf(operation: { readonly id: OperationId }) {
  await bench().end(operation);
  return bench().expectOk('execution.get', { id: operation.id });
}

const statusOf = async (id: Approval['id']) =>
  (await bench().expectOk('approval.get', { id })).status;

describe('an approval', () => {
  test('says what runs once it is given, and lets the execution go on', async () => {
    const { approval, operation } = await ask();
    expect(approval).toMatchObject({
      subject_kind: 'execution',
      subject_id: operation.id,
      subject_name: 'release',
      status: 'pending',
      message: 'May web go?',
      required: 1,
      details: {
        step: 'ask',
        inputs: { name: 'web-1' },
        targets: [
          {
            step: 'stop',
            action: { task: 'vm.stop', with: { id: expect.stringMatching(/^vm_/) } },
          },
        ],
      },
      effects: [expect.stringMatching(/^stop: vm\.stop \{"id":"vm_/)],
    });
    const waiting = await bench().expectOk('operation.get', { id: operation.id });
    expect(waiting.status).toBe('running');
    const ann = await keyOf('ann');
    const { id, digest } = approval;
    const given = await bench().expectOk('approval.approve', { id, digest, comment: 'ok' }, ann);
    expect(given.resource).toMatchObject({
      status: 'approved',
      votes: [{ by: 'ann', person: 'ann', vote: 'approve', comment: 'ok' }],
    });
    const ended = await endOf(operation);
    expect([ended.status, ended.steps[1]?.outputs]).toEqual(['succeeded', { by: ['ann'] }]);
    const { items } = await bench().expectOk('event.list', {});
    const types = items.map(({ type }) => type).filter((type) => type.startsWith('approval.'));
    expect(types).toEqual(['approval.requested', 'approval.approved']);
    expect(items.filter(({ type }) => type === 'execution.step.waiting')).toMatchObject([
      { target: operation.id, data: { workflow: 'release', step: 'ask' } },
    ]);
    const again = await bench().expectProblem('approval.approve', { id }, await keyOf('bob'));
    expect(again.detail).toBe(`The approval ${id} of release takes no votes: it is approved.`);
  });

  test('takes as many persons as required, each once, however many keys they have', async () => {
    const { approval, operation } = await ask(textOf('{ required: 2 }'));
    const { id } = approval;
    const laptop = await keyOf('ann-laptop', { person: 'ann' });
    const phone = await keyOf('ann-phone', { person: 'ann' });
    await bench().expectOk('approval.approve', { id }, laptop);
    const refused = await bench().expectProblem('approval.approve', { id }, phone);
    expect([refused.code, refused.detail]).toEqual([
      'forbidden',
      `ann-phone (a key of ann) may not vote on ${id} of release: ann has voted already.`,
    ]);
    expect(await statusOf(id)).toBe('pending');
    await bench().expectOk('approval.approve', { id }, await keyOf('bob'));
    expect((await endOf(operation)).status).toBe('succeeded');
  });

  test('is not given by who started the execution or wrote its version', async () => {
    const { approval, runner, operation } = await ask(
      textOf('{ approvers: [ann, ci-web-1, admin] }'),
    );
    const { id } = approval;
    const other = await keyOf('ci-2', { person: 'ci-web-1' });
    // A key without a person named is that of the person who creates it.
    const made = await bench().expectOk('api_key.create', { name: 'spare', role: 'operator' });
    const spare = { ...runner.principal, id: made.resource.id, name: 'spare' };
    for (const context of [runner, other, {}, { principal: spare }]) {
      const refused = await bench().expectProblem('approval.approve', { id }, context);
      expect(refused.detail).toContain('requested it, or is an author of what it is about');
      const shown = await bench().expectOk('approval.get', { id }, context);
      expect(shown.vote_refusal).toContain('may not vote');
      expect(shown.vote_refusal).toContain('requested it, or is an author of what it is about');
    }
    const eve = await bench().expectProblem('approval.approve', { id }, await keyOf('eve'));
    expect(eve.detail).toContain('eve is none of its approvers, which are ann, ci-web-1, admin');
    const ann = await keyOf('ann');
    const before = await bench().expectOk('approval.get', { id }, ann);
    expect(before.vote_refusal).toBeNull();
    const { resource } = await bench().expectOk('approval.approve', { id }, ann);
    expect(resource.vote_refusal).toBe('ann may not vote: ann has voted already.');
    await bench().end(operation);
  });

  test('is not given by who wrote its version with a key that is gone', async () => {
    const laptop = await keyOf('ann-laptop', { person: 'ann', role: 'admin' });
    const { resource } = await bench().expectOk('workflow.create', { text: textOf() }, laptop);
    await bench().expectOk('api_key.delete', { id: laptop.principal.id });
    // Its name is free for someone else now.
    await keyOf('ann-laptop', { person: 'bob' });
    const inputs = { name: 'web-1' };
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id, inputs });
    const { id, excluded } = await approvalOf(operation.id);
    expect(excluded).toEqual(['admin', 'ann']);
    const phone = await keyOf('ann-phone', { person: 'ann' });
    const refused = await bench().expectProblem('approval.approve', { id }, phone);
    expect(refused.detail).toContain('ann requested it, or is an author of what it is about');
  });

  test('is subject to policies, which see what it is about', async () => {
    const rule = `package novacron
deny contains "ops decide about releases" if {
  input.operation == "approval.approve"
  input.resource.subject_name == "release"
  input.resource.details.step == "ask"
  input.resource.person != "ops"
}
`;
    const policy = { name: 'releases', type: 'security', enforcement_mode: 'block', rule } as const;
    await bench().expectOk('policy.create', policy);
    const { approval, operation } = await ask();
    const { id } = approval;
    const refused = await bench().expectProblem('approval.approve', { id }, await keyOf('ann'));
    expect([refused.code, refused.detail]).toEqual([
      'policy-denied',
      expect.stringContaining('ops decide about releases'),
    ]);
    await bench().expectOk('approval.approve', { id }, await keyOf('ops'));
    expect((await endOf(operation)).status).toBe('succeeded');
  });

  test('that is denied takes the execution back', async () => {
    const { approval, operation } = await ask();
    const input = { id: approval.id, comment: 'not today' };
    await bench().expectOk('approval.deny', input, await keyOf('ann'));
    const ended = await endOf(operation);
    expect([ended.status, ended.steps.map(({ status }) => status)]).toEqual([
      'failed',
      ['taken_back', 'failed', 'waiting'],
    ]);
    const denied = await bench().expectOk('approval.get', { id: approval.id });
    expect(denied.problem).toBe('ann has denied it: not today');
  });

  test('expires, also while the server is away, and is refused from then on', async () => {
    const { approval, operation } = await ask(textOf('{ expires: 3m }'));
    await bench().restartServer();
    await bench().advance(3 * MINUTE_MS + 20_000);
    const ended = await endOf(operation);
    expect([ended.status, ended.steps[1]?.message]).toEqual([
      'failed',
      'not enough people approved in time: 0 of 1',
    ]);
    expect(await statusOf(approval.id)).toBe('expired');
    const ann = await keyOf('ann');
    const late = await bench().expectProblem('approval.approve', { id: approval.id }, ann);
    expect(late.detail).toContain('it is expired');
  });

  test('is void when the execution is cancelled', async () => {
    const { approval, operation } = await ask();
    await bench().expectOk('operation.cancel', { id: operation.id });
    expect((await endOf(operation)).status).toBe('stopped');
    expect(await statusOf(approval.id)).toBe('voided');
  });

  test('is refused where what it is about has changed', async () => {
    const { approval, operation } = await ask();
    const ann = await keyOf('ann');
    const { id } = approval;
    const other = await bench().expectProblem('approval.approve', { id, digest: 'ab' }, ann);
    expect(other.fields).toEqual([{ path: ['digest'], message: 'does not match the approval' }]);
    const where = { execution_id: operation.id };
    const [row] = await bench().store.read({ from: 'execution_steps', where });
    if (row === undefined) throw new Error('the first step is done');
    const changed = { ...row, outputs_json: '{"vm_id":"vm_01jd3v6t7re3h8z9k2m4n5p6q7"}' };
    await bench().store.commit([{ kind: 'put', into: 'execution_steps', row: changed }]);
    const refused = await bench().expectProblem('approval.approve', { id }, ann);
    expect(refused.detail).toContain('has changed since this vote was prepared');
    await bench().store.commit([{ kind: 'put', into: 'execution_steps', row }]);
    await bench().expectOk('approval.approve', { id }, ann);
    await bench().end(operation);
  });

  test('counts no vote of someone who may not approve any more when it is used', async () => {
    const { approval, operation } = await ask(textOf('{ required: 2 }'));
    const { id } = approval;
    const ann = await keyOf('ann');
    await bench().expectOk('approval.approve', { id }, ann);
    await bench().expectOk('api_key.delete', { id: ann.principal.id });
    await bench().expectOk('approval.approve', { id }, await keyOf('bob'));
    const asked = await approvalOf(operation.id);
    expect([asked.id, asked.status, asked.votes.map(({ person }) => person)]).toEqual([
      id,
      'pending',
      ['bob'],
    ]);
    await bench().expectOk('approval.approve', { id }, await keyOf('cat'));
    expect((await endOf(operation)).status).toBe('succeeded');
  });
});

test('an execution that waits survives restarts, and its text may change meanwhile', async () => {
  const { approval, operation, workflow } = await ask();
  await bench().expectOk('workflow.update', { id: workflow.id, text: `${textOf()}# later\n` });
  await bench().restartServer();
  await bench().advance(30_000);
  const [row] = await bench().store.read({ from: 'operations', where: { id: operation.id } });
  expect(row).toMatchObject({ owner: 'waiting', status: 'running' });
  await bench().expectOk('approval.approve', { id: approval.id }, await keyOf('ann'));
  const ended = await endOf(operation);
  expect([ended.status, ended.version]).toEqual(['succeeded', 1]);
});

test('steps beside an approval go on, and the execution waits only for people then', async () => {
  const text = `name: beside
steps:
  - { id: ask, approval: {} }
  - { id: settle, wait: 1m }
`;
  const { resource } = await bench().expectOk('workflow.create', { text });
  const runner = await keyOf('ci');
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id }, runner);
  await bench().advance(100);
  const { items } = await bench().expectOk('approval.list', { status: ['pending'] });
  const [first] = items;
  if (first === undefined) throw new Error('it asks');
  await bench().expectOk('approval.approve', { id: first.id }, await keyOf('ann'));
  await bench().advance(100);
  const { steps } = await bench().expectOk('execution.get', { id: operation.id });
  expect(steps.map(({ status }) => status)).toEqual(['succeeded', 'running']);
  await bench().advance(MINUTE_MS);
  expect((await endOf(operation)).status).toBe('succeeded');
});

test('an approval beside a step that stops the execution is void, and it ends', async () => {
  const missing = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';
  const text = `name: stopping
steps:
  - { id: ask, approval: {} }
  - { id: settle, wait: 1m }
  - { id: stop, needs: [settle], task: vm.stop, with: { id: ${missing} }, on_failure: stop }
`;
  const { resource } = await bench().expectOk('workflow.create', { text });
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
  const ended = await endOf(operation);
  expect([ended.status, ended.steps.map(({ id, status }) => `${id} ${status}`)]).toEqual([
    'stopped',
    ['ask failed', 'settle succeeded', 'stop failed'],
  ]);
  const { items } = await bench().expectOk('approval.list', { subject_id: [operation.id] });
  expect(items.map(({ status }) => status)).toEqual(['voided']);
});

describe('an approval of a step that starts a workflow', () => {
  const child = (wait: string) => `name: child\nsteps: [{ id: settle, wait: ${wait} }]\n`;
  const TOP = 'name: top\nsteps: [{ id: call, workflow: child }]\n';
  const asking = (calls: string) => `name: release
steps:
  - { id: ask, approval: {} }
  - { id: pause, needs: [ask], wait: 10m }
  - { id: start, needs: [pause], workflow: ${calls} }
`;

  /** Approves, and changes the workflow named child while the execution pauses. */
  async function changeAfterVote(calls: string, wait: string) {
    const { resource } = await bench().expectOk('workflow.create', { text: child('1ms') });
    await bench().expectOk('workflow.create', { text: TOP });
    const { approval, operation } = await ask(asking(calls).replace('steps:', INPUTS));
    const { id, digest } = approval;
    await bench().expectOk('approval.approve', { id, digest }, await keyOf('ann'));
    await waitUntil('the pause to begin', async () => {
      await bench().advance(10);
      const { steps } = await bench().expectOk('execution.get', { id: operation.id });
      return steps[1]?.status === 'running' ? true : undefined;
    });
    await bench().expectOk('workflow.update', { id: resource.id, text: child(wait) });
    await bench().advance(11 * MINUTE_MS);
    return { approval, ended: await endOf(operation) };
  }

  const INPUTS = 'inputs: { name: string }\nsteps:';

  test.each(['child', 'top'])('is not about what %s starts after a change', async (calls) => {
    const { approval, ended } = await changeAfterVote(calls, '2ms');
    expect(ended.status).toBe('failed');
    expect(ended.problem?.detail).toContain(
      `the plan approved at ask (${approval.id}) differs from what it would start now`,
    );
    const { items } = await bench().expectOk('execution.list', {});
    expect(items.map(({ workflow }) => workflow)).toEqual(['release']);
  });

  test('is about it where the same text is stored again', async () => {
    const { ended } = await changeAfterVote('child', '1ms');
    expect(ended.status).toBe('succeeded');
  });
});
