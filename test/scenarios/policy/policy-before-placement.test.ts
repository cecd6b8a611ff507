import { describe, expect, test } from '@jest/globals';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** More than any node has. */
const HUGE = { ...SMALL_VM, name: 'huge', cpu_cores: 100 };
const { name: _, ...HUGE_MEMBER } = HUGE;
const MEMBERS = { min_size: 1, max_size: 4 };
const NO_HUGE = `package novacron

deny contains "no VM has more than 8 cores" if input.resource.cpu_cores > 8
`;
const NO_GROWTH = `package novacron

deny contains "no group has more than 1 member" if input.resource.size > 1

deny contains "no VM is called web-2" if input.resource.name == "web-2"
`;
const NO_IMPORT = `package novacron

deny contains "no volume" if input.resource.type == "volume"
`;

describe('a write that is forbidden and does not fit', () => {
  const bench = useBench();

  async function deny(rule: string) {
    await bench().expectOk('policy.create', { name: 'Limits', type: 'resource', rule });
  }

  const CREATES: readonly (readonly [OperationName, object])[] = [
    ['vm.create', HUGE],
    ['vm_batch.create', { vms: [HUGE] }],
    ['vm_group.create', { name: 'web', vm: HUGE_MEMBER, ...MEMBERS }],
    ['reservation.create', { ...HUGE, ttl_seconds: 60 }],
  ];

  test.each(CREATES)('is answered with the policy: %s', async (operation, input) => {
    const full = await bench().expectProblem(operation as 'vm.create', input as typeof HUGE);
    expect(full.code).toBe('no-capacity');
    await deny(NO_HUGE);
    const denied = await bench().expectProblem(operation as 'vm.create', input as typeof HUGE);
    expect(denied).toMatchObject({
      code: 'policy-denied',
      detail: expect.stringContaining('no VM has more than 8 cores'),
    });
  });

  test.each([
    ['vm.create', HUGE],
    ['vm_group.create', { name: 'web', vm: HUGE_MEMBER, ...MEMBERS }],
    ['reservation.create', { ...HUGE, ttl_seconds: 60 }],
  ] as const)('is previewed with the policy: %s', async (operation, input) => {
    const codes = async (session?: string) => {
      const asked = { operation, input, ...(session === undefined ? {} : { session }) };
      const { problems } = await bench().expectOk('admission.preview', asked);
      return problems.map(({ code }) => code);
    };
    expect(await codes()).toEqual(['no-capacity']);
    await deny(NO_HUGE);
    expect(await codes()).toEqual(['policy-denied']);
    expect(await codes('run-00000001')).toEqual(['policy-denied']);
  });

  test('is answered with the policy where a VM grows', async () => {
    const { id } = await makeVm(bench());
    const grow = { id, cpu_cores: 100 };
    expect((await bench().expectProblem('vm.update', grow)).code).toBe('no-capacity');
    await deny(NO_HUGE);
    expect((await bench().expectProblem('vm.update', grow)).code).toBe('policy-denied');
  });

  test('is answered with the policy where a group grows', async () => {
    const vm = { ...HUGE_MEMBER, cpu_cores: 5 };
    const made = await bench().expectOk('vm_group.create', { name: 'web', vm, ...MEMBERS });
    await bench().end(made.operation);
    const scale = { id: made.resource.id, size: 4 };
    const update = { id: made.resource.id, desired_size: 4 };
    expect((await bench().expectProblem('vm_group.scale', scale)).code).toBe('no-capacity');
    expect((await bench().expectProblem('vm_group.update', update)).code).toBe('no-capacity');
    await deny(NO_GROWTH);
    expect((await bench().expectProblem('vm_group.scale', scale)).code).toBe('policy-denied');
    expect((await bench().expectProblem('vm_group.update', update)).code).toBe('policy-denied');
  });

  test('is answered with the policy where an image is imported', async () => {
    const image = 'https://images.example/disk.qcow2';
    const volume = { name: 'data', type: 'ssd', size_gb: 10_000, image } as const;
    const { problems } = await bench().expectOk('admission.preview', {
      operation: 'volume.import',
      input: volume,
    });
    expect(problems.map(({ code }) => code)).toContain('no-capacity');
    await deny(NO_IMPORT);
    const denied = await bench().expectOk('admission.preview', {
      operation: 'volume.import',
      input: volume,
    });
    expect(denied.problems.map(({ code }) => code)).toEqual(['policy-denied']);
  });
});

describe('the policies', () => {
  const bench = useBench();

  test('are asked once about a write that other writes get in the way of', async () => {
    await bench().expectOk('policy.create', { name: 'Limits', type: 'resource', rule: NO_HUGE });
    const names = Array.from({ length: 6 }, (_each, at) => `web-${at}`);
    await Promise.all(names.map((name) => bench().call('vm.create', { ...SMALL_VM, name })));
    await bench().endAll();
    // Decisions are written in batches.
    await bench().advance(2_000);
    const { items } = await bench().expectOk('policy_decision.list', { limit: 100 });
    const asked = items.filter(({ operation }) => operation === 'vm.create');
    expect(asked.map(({ resource_name }) => resource_name).sort()).toEqual(names);
  });
});
