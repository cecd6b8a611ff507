import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const NAMES = ['bulk-01', 'bulk-02', 'bulk-03'] as const;

describe('vm.bulk', () => {
  const bench = useBench();

  async function makeVms(names: readonly string[] = NAMES) {
    const vms = [];
    for (const name of names) {
      const metadata = { app: name.startsWith('bulk') ? 'shop' : 'other' };
      vms.push(await makeVm(bench(), { name, metadata }));
      await bench().advance(10);
    }
    return vms;
  }

  async function run(input: InputOf<'vm.bulk'>) {
    const answer = await bench().expectOk('vm.bulk', input);
    if (answer.operation === undefined) throw new Error('it has begun');
    return { answer, ended: await bench().end(answer.operation) };
  }

  async function statuses() {
    const { items } = await bench().expectOk('vm.list', { sort: 'name' });
    return items.map(({ name, status }) => `${name} ${status}`);
  }

  test('stops the VMs that match a filter, each by its own write, as one operation', async () => {
    const [first] = await makeVms([...NAMES, 'single-01']);
    const { answer, ended } = await run({ action: 'stop', labels: 'app=shop', if_count: 3 });
    expect(answer).toMatchObject({
      action: 'stop',
      matched: 3,
      vms: NAMES.map((vm) => ({ vm, outcome: 'started', problem: null })),
      explanation: ['3 of 3 VMs can be stopped: bulk-01, bulk-02, bulk-03.'],
    });
    expect(ended).toMatchObject({ kind: 'vm.bulk', target_name: '3 VMs', status: 'succeeded' });
    expect(ended.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'stop bulk-01 succeeded',
      'stop bulk-02 succeeded',
      'stop bulk-03 succeeded',
      'report succeeded',
    ]);
    expect(await statuses()).toEqual([
      ...NAMES.map((name) => `${name} stopped`),
      'single-01 running',
    ]);
    const { items } = await bench().expectOk('audit.list', { resource_id: first?.id ?? '' });
    expect(items).toContainEqual(
      expect.objectContaining({ operation: 'vm.stop', principal: bench().admin.name }),
    );
  });

  test('changes nothing in a dry run, and names the VMs that would be refused', async () => {
    const [first, second] = await makeVms();
    if (first === undefined || second === undefined) throw new Error('three were made');
    const locked = { id: second.id, deletion_protection: true };
    await bench().end((await bench().expectOk('vm.update', locked)).operation);
    const answer = await bench().expectOk('vm.bulk', {
      action: 'delete',
      vm_ids: [first.id, second.id],
      dry_run: true,
    });
    expect(answer).toMatchObject({
      vms: [
        { vm: 'bulk-01', outcome: 'planned', problem: null },
        { vm: 'bulk-02', outcome: 'refused', problem: { code: 'deletion-protected' } },
      ],
    });
    expect(answer.operation).toBeUndefined();
    expect(answer.explanation[0]).toBe('1 of 2 VMs can be deleted: bulk-01.');
    expect(answer.explanation.at(-1)).toMatch(/^bulk-02: /);
    expect(await statuses()).toHaveLength(3);
    const begun = await run({ action: 'delete', vm_ids: [first.id, second.id] });
    expect(begun.answer.vms.map(({ outcome }) => outcome)).toEqual(['started', 'refused']);
    expect(begun.ended).toMatchObject({ status: 'succeeded', target_name: '1 VM' });
    expect(await statuses()).toEqual(['bulk-02 running', 'bulk-03 running']);
  });

  test('goes on after a VM that fails, and names it in its problem', async () => {
    await makeVms();
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'stop', kind: 'ignore-stop' });
    }
    const { ended } = await run({ action: 'stop', all: true });
    const failed = ended.steps.filter(({ status }) => status === 'failed');
    expect(ended.status).toBe('failed');
    expect(failed.map(({ name }) => name)).toContain('report');
    for (const { name, detail } of failed) {
      if (name === 'report') continue;
      expect(detail).toContain('only force stops it');
      expect(ended.problem?.detail).toContain(`${name}: `);
    }
    expect(ended.problem?.remedy).toContain('Changes to the other VMs remain.');
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
    expect((await run({ action: 'stop', all: true, force: 'yes' })).ended.status).toBe('succeeded');
    expect(await statuses()).toEqual(NAMES.map((name) => `${name} stopped`));
  });

  test('asks the policies about each VM, and about nothing else', async () => {
    const [first, second, third] = await makeVms();
    await bench().expectOk('policy.create', {
      name: 'keep-bulk-02',
      type: 'access',
      rule:
        'package novacron.policy\n\ndefault allow := true\n\nallow := false if {\n  ' +
        'input.action != "stop_vm"\n}\n\nallow := false if {\n  input.resource.name == ' +
        '"bulk-02"\n}\n',
      enforcement_mode: 'block',
      enabled: true,
    });
    const ids = [first, second, third].flatMap((vm) => (vm === undefined ? [] : [vm.id]));
    const { answer, ended } = await run({ action: 'stop', vm_ids: ids });
    expect(answer.vms.map(({ vm, problem }) => [vm, problem?.code])).toEqual([
      ['bulk-01', undefined],
      ['bulk-02', 'policy-denied'],
      ['bulk-03', undefined],
    ]);
    expect(ended.status).toBe('succeeded');
    expect(await statuses()).toEqual(['bulk-01 stopped', 'bulk-02 running', 'bulk-03 stopped']);
    const all = await bench().expectProblem('vm.bulk', { action: 'pause', all: true });
    expect(all).toMatchObject({ code: 'conflict' });
    expect(all.detail).toContain('None of the 3 VMs can be paused. bulk-01: ');
  });

  test('begins no further VMs once it is cancelled', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `bulk-${String(at + 1).padStart(2, '0')}`);
    await makeVms(names);
    const { operation } = await bench().expectOk('vm.bulk', { action: 'stop', all: true });
    if (operation === undefined) throw new Error('it has begun');
    await bench().expectOk('operation.cancel', { id: operation.id });
    const ended = await bench().end(operation);
    expect(ended.status).toBe('failed');
    expect(ended.problem?.detail).toContain('cancelled');
    const waiting = ended.steps.filter(({ status }) => status === 'waiting');
    expect(waiting.map(({ name }) => name)).toContain('stop bulk-12');
    const running = (await statuses()).filter((text) => text.endsWith('running'));
    expect(running).toHaveLength(waiting.length - 1);
  });

  test('goes on after a restart of the server, and reboots no VM twice', async () => {
    const vms = await makeVms();
    const { operation } = await bench().expectOk('vm.bulk', { action: 'reboot', all: true });
    if (operation === undefined) throw new Error('it has begun');
    await bench().restartServer();
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    const rows = await bench().store.read({ from: 'operations', where: { kind: 'vm.reboot' } });
    expect(rows.map(({ target_name }) => target_name).toSorted()).toEqual([...NAMES]);
    expect(rows.every(({ target_id }) => vms.some(({ id }) => id === target_id))).toBe(true);
  });

  test('needs the right to the write of one VM', async () => {
    await makeVms(['bulk-01']);
    const principal = {
      ...bench().admin,
      role: 'stopper',
      operations: new Set(['vm.bulk', 'vm.stop'] as const),
    };
    const refused = await bench().expectProblem(
      'vm.bulk',
      { action: 'delete', all: true },
      { principal },
    );
    expect(refused).toMatchObject({ code: 'forbidden', data: { needed_operation: 'vm.delete' } });
    const input = { action: 'stop', all: true, dry_run: true } as const;
    expect(await bench().expectOk('vm.bulk', input, { principal })).toMatchObject({ matched: 1 });
  });

  test.each<{ readonly input: InputOf<'vm.bulk'>; readonly code: string; readonly says: string }>([
    {
      input: { action: 'stop' },
      code: 'validation-failed',
      says: 'Select the VMs in exactly one way: vm_ids, filters, or all.',
    },
    {
      input: { action: 'stop', all: true, search: 'bulk' },
      code: 'validation-failed',
      says: 'Select the VMs in exactly one way: vm_ids, filters, or all.',
    },
    {
      input: { action: 'start', all: true, force: 'yes' },
      code: 'validation-failed',
      says: 'force is valid only with the action stop.',
    },
    {
      input: { action: 'stop', search: 'nothing-like-it' },
      code: 'not-found',
      says: 'No VM matches the filters.',
    },
    {
      input: { action: 'stop', all: true, if_count: 7 },
      code: 'conflict',
      says: 'The selection has 1 VMs, not 7; nothing was changed.',
    },
  ])('refuses $input', async ({ input, code, says }) => {
    await makeVms(['bulk-01']);
    expect(await bench().expectProblem('vm.bulk', input)).toMatchObject({ code, detail: says });
  });

  test('refuses an id without a VM, and does nothing to the others', async () => {
    const [first] = await makeVms(['bulk-01']);
    if (first === undefined) throw new Error('one was made');
    await bench().end((await bench().expectOk('vm.delete', { id: first.id })).operation);
    const [second] = await makeVms(['bulk-02']);
    if (second === undefined) throw new Error('one was made');
    const refused = await bench().expectProblem('vm.bulk', {
      action: 'stop',
      vm_ids: [second.id, first.id],
    });
    expect(refused.detail).toBe(`No VM found with the id ${first.id}; nothing was changed.`);
    expect(await statuses()).toEqual(['bulk-02 running']);
  });
});
