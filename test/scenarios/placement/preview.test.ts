import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const RULE = `package novacron

deny contains "no big VMs" if input.resource.cpu_cores > 4
deny contains "not in this network" if input.resource.network_id != null
`;

describe('admission.preview', () => {
  const bench = useBench();

  test('shows where a VM would go, and the real create goes there', async () => {
    const preview = { operation: 'vm.create', input: SMALL_VM } as const;
    const { placement, problems } = await bench().expectOk('admission.preview', preview);
    expect(problems).toEqual([]);
    expect(placement).toMatchObject({
      target_node: expect.any(String),
      score: expect.any(Number),
      explanation: expect.arrayContaining([expect.any(String)]),
    });
    expect((await makeVm(bench())).node).toBe(placement?.target_node);
  });

  test('writes nothing: no resource, operation, event, audit entry or reservation', async () => {
    const before = await bench().store.snapshot(ALL_TABLES);
    for (const operation of ['vm.create', 'vm.update', 'vm.delete'] as const) {
      await bench().expectOk('admission.preview', { operation, input: SMALL_VM });
    }
    expect(await bench().store.snapshot(ALL_TABLES)).toEqual(before);
  });

  test('names the same problems as the real write', async () => {
    const rule = RULE;
    await makeVm(bench());
    await bench().expectOk('policy.create', { name: 'P', type: 'resource', rule });
    const wrong = [
      ['vm.create', SMALL_VM],
      ['vm.create', { ...SMALL_VM, name: 'x', cpu_cores: 1000 }],
      ['vm.create', { ...SMALL_VM, name: 'x', cpu_cores: 6 }],
      ['vm.create', { ...SMALL_VM, name: 'not a name' }],
      ['network.create', { name: 'n', cidr: '10.0.0.1/16' }],
      ['volume.create', { name: 'v', size_gb: 100_000 }],
      ['volume.create', { name: 'v', size_gb: 501 }],
      ['policy.create', { name: 'Q', type: 'resource', rule: 'package p\n\nallow if {' }],
    ] as const;
    for (const [operation, input] of wrong) {
      const real = await bench().call(operation, input as never);
      const { problems } = await bench().expectOk('admission.preview', { operation, input });
      expect(real).toMatchObject({ ok: false, error: { code: problems[0]?.code } });
      const fields = real.ok ? [] : real.error.fields;
      expect(problems[0]?.errors).toEqual(fields);
    }
  });

  test('waits with policies that read what is not known yet, and names the fields', async () => {
    await bench().expectOk('policy.create', { name: 'P', type: 'resource', rule: RULE });
    const { problems, deferred } = await bench().expectOk('admission.preview', {
      operation: 'vm.create',
      input: SMALL_VM,
      unknown: ['network_id'],
    });
    expect(problems).toEqual([]);
    expect(deferred).toMatchObject([{ policy: 'P', unknown_fields: ['network_id'] }]);
  });

  test.each([
    ['a static address', { ip_address: '10.0.14.7' }, ['network_id']],
    ['conditions of the guest', { wait_for: { ip: true, port: 22 } }, ['network_id']],
    ['further networks', { further_network_ids: [] }, ['network_id', 'further_network_ids']],
    ['Secure Boot', { secure_boot: true }, ['template_id']],
  ])('refuses no %s that needs what is not known yet', async (_what, more, unknown) => {
    const input = { ...SMALL_VM, ...more };
    const asked = { operation: 'vm.create', input, unknown } as const;
    expect((await bench().expectOk('admission.preview', asked as never)).problems).toEqual([]);
    const { problems } = await bench().expectOk('admission.preview', {
      ...asked,
      unknown: [],
    } as never);
    expect(problems).toHaveLength('further_network_ids' in more ? 0 : 1);
  });

  test('a required field that is not known yet is no problem, but others still are', async () => {
    const input = { cpu_cores: 2, memory_gb: 4, disk_gb: 20 };
    const known: InputOf<'admission.preview'> = {
      operation: 'vm.create',
      input,
      unknown: ['name'],
    };
    const answer = await bench().expectOk('admission.preview', known);
    expect(answer).toMatchObject({ problems: [], placement: null });
    const wrong = { ...known, input: { ...input, cpu_cores: 0 } };
    const { problems } = await bench().expectOk('admission.preview', wrong);
    expect(problems).toMatchObject([
      { code: 'validation-failed', errors: [{ path: ['cpu_cores'] }] },
    ]);
  });

  test('a delete is not prepared: what uses it today may be deleted before it', async () => {
    const { resource } = await bench().expectOk('network.create', {
      name: 'n',
      cidr: '10.0.0.0/16',
    });
    await makeVm(bench(), { network_id: resource.id });
    const { id } = resource;
    const preview = { operation: 'network.delete', input: { id } } as const;
    expect((await bench().expectOk('admission.preview', preview)).problems).toEqual([]);
    const rule = 'package p\n\ndeny contains "keep it" if input.before.name == "n"\n';
    await bench().expectOk('policy.create', { name: 'P', type: 'resource', rule });
    const { problems } = await bench().expectOk('admission.preview', preview);
    expect(problems).toMatchObject([{ code: 'policy-denied' }]);
  });

  test('a resource that is busy now is no problem: it will be free later', async () => {
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    const input = { id: resource.id, memory_gb: 8 };
    const preview = { operation: 'vm.update', input } as const;
    expect((await bench().expectOk('admission.preview', preview)).problems).toEqual([]);
    await bench().end(operation);
  });

  test.each([
    [{}],
    [{ id: 7 }],
    [{ name: null }],
    [{ name: ['x'], cpu_cores: { much: true } }],
    [{ id: 'vm_01jd3v6t7re3h8z9k2m4n5p6q7', metadata: [[[]]] }],
    [JSON.parse('{"__proto__": {"name": "x"}, "constructor": 1}')],
  ])('answers whatever input it gets: %j', async (input) => {
    await bench().expectOk('policy.create', { name: 'P', type: 'resource', rule: RULE });
    for (const noun of ['vm', 'network', 'volume', 'policy'] as const) {
      for (const verb of ['create', 'update', 'delete'] as const) {
        const operation = `${noun}.${verb}` as const;
        const preview = { operation, input, unknown: ['', 'name'] };
        const answer = await bench().call('admission.preview', preview);
        // What the delete itself would answer about a resource that does not exist.
        const isGone = verb === 'delete' && !answer.ok && answer.error.code === 'not-found';
        expect(answer.ok || isGone).toBe(true);
      }
    }
  });
});

const ALL_TABLES = {
  vms: { from: 'vms' },
  operations: { from: 'operations' },
  events: { from: 'events' },
  audit: { from: 'audit' },
  allocations: { from: 'allocations' },
  keys: { from: 'idempotency_keys' },
  rules: { from: 'rule_versions' },
} as const;
