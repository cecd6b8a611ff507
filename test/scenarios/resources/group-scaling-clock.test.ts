/** The clock of the server is set back while VM groups are scaled: none waits for the old time. */
import { expect, test } from '@jest/globals';
import type { VmGroupId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const LOAD = 'queue_length_count';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };

const bench = useBench();

type Rule = NonNullable<NonNullable<InputOf<'vm_group.create'>['scaling']>['rules']>[number];

async function makeGroup(vm: InputOf<'vm_group.create'>['vm'], rule: Partial<Rule> = {}) {
  const made = await bench().expectOk('vm_group.create', {
    name: 'web',
    vm,
    min_size: 1,
    max_size: 4,
    scaling: { rules: [{ kind: 'target', metric: LOAD, value: 10, ...rule }] },
  });
  await bench().end(made.operation);
  return made.resource.id;
}

async function load(id: VmGroupId, value: number, minutes: number) {
  for (let half = 0; half < minutes * 2; half += 1) {
    await bench().expectOk('metric.write', { vm_group_id: id, samples: [{ name: LOAD, value }] });
    await bench().advance(MINUTE_MS / 2);
  }
}

async function sizeOf(id: VmGroupId) {
  return (await bench().expectOk('vm_group.get', { id })).size;
}

test('members that were made before it are no new ones: a group grows by their load', async () => {
  const id = await makeGroup(SIZE, { scope: 'member' });
  await load(id, 10, 5);
  bench().stepClock('server', -HOUR_MS);
  await load(id, 25, 5);
  expect(await sizeOf(id)).toBe(4);
});

test('the load after it counts, and not the one before it', async () => {
  const id = await makeGroup(SIZE);
  await load(id, 10, 8);
  bench().stepClock('server', -5 * MINUTE_MS);
  await load(id, 35, 3);
  expect(await sizeOf(id)).toBe(4);
});

test('a refusal before it is tried again as soon as any other', async () => {
  const half = { cpu_cores: 1, memory_gb: 9, disk_gb: 4 };
  const { id: other } = await makeVm(bench(), { name: 'other', ...half });
  const id = await makeGroup(half);
  await load(id, 30, 3);
  expect(await sizeOf(id)).toBe(2);
  const explained = await bench().expectOk('vm_group.explain', { id });
  expect(explained).toMatchObject({ wanted_size: 3, limited_by: ['capacity'] });
  bench().stepClock('server', -HOUR_MS);
  await bench().end((await bench().expectOk('vm.delete', { id: other })).operation);
  await load(id, 30, 6);
  expect(await sizeOf(id)).toBe(3);
});
