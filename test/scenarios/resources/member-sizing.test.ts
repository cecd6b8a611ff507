/** Members of VM groups that get the CPU and memory that they need, where their groups ask. */
import { describe, expect, test } from '@jest/globals';
import {
  type Scaling,
  MEMBER_SIZE as SIZE,
  SIZE_RULES,
  sizedGroup,
} from '../test-kit/sized-group.ts';
import { useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;

const bench = useBench();
const { makeGroup, membersOf, use, pass, passUntil, events, grown, windowIn, explain } =
  sizedGroup(bench);

describe('members that use too much', () => {
  test('get more while they run, one after the other, and no difference is shown', async () => {
    const id = await makeGroup();
    await pass(3);
    await use(3, { cpu: 0.96, memory: 0.5 });
    await passUntil(async () => (await grown())[0]?.[0] === 3);
    expect(await grown()).toEqual([
      [3, null],
      [null, null],
    ]);
    await pass(7);
    expect(await grown()).toEqual([
      [3, null],
      [3, null],
    ]);
    const [first, second, ...others] = await events(id);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      trigger_type: 'vertical',
      from: 2,
      to: 2,
      outcome: 'succeeded',
      member: {
        why: 'recommended',
        before: { cpu_cores: 2, memory_gb: 4 },
        after: { cpu_cores: 3, memory_gb: 4 },
      },
    });
    expect(first?.reason).toBe(
      'web-1 changes from 2 cores and 4 GB to 3 cores and 4 GB by what members have used.',
    );
    expect(second).toMatchObject({ member: { why: 'follow' }, outcome: 'succeeded' });
    const gap = Date.parse(String(second?.at)) - Date.parse(String(first?.at));
    expect(gap).toBeGreaterThanOrEqual(5 * MINUTE_MS);
    for (const vm of await membersOf()) {
      expect(vm).toMatchObject({ cpu_cores: 2, memory_gb: 4, status: 'running' });
    }
    expect(await bench().expectOk('drift.report', {})).toMatchObject({ items: [] });
    expect(await bench().expectOk('vm_group.get', { id })).toMatchObject({ vm: SIZE, size: 2 });
  });

  test('get no more than vertical_max, and nothing where a person holds the group', async () => {
    const id = await makeGroup({ vertical_max: { cpu_cores: null, memory_gb: 8 } });
    await pass(3);
    await use(3, { cpu: 0.96, memory: 0.5 });
    await pass(2);
    expect(await events(id)).toEqual([]);
    await use(3, { cpu: 0.5, memory: 0.9 });
    await bench().expectOk('scaling.hold', { id, reason: 'a trial', until: '2h' });
    await pass(14);
    expect(await events(id)).toEqual([]);
    const explained = await bench().expectOk('vm_group.explain', { id });
    expect(explained.explanation.join('\n')).toContain(
      'Members keep their sizes: a person has put the scaling of the group on hold.',
    );
    await bench().expectOk('scaling.hold', { id, reason: 'a trial', direction: 'down' });
    const partly = await bench().expectOk('vm_group.explain', { id });
    expect(partly.explanation.join('\n')).not.toContain('Members keep their sizes: a person');
  });
});

describe('members that use little', () => {
  test('get less in the window of the group only', async () => {
    const id = await makeGroup({ vertical_window: windowIn(8) });
    await pass(3);
    await use(47, { cpu: 0.1, memory: 0.2 });
    await pass(3);
    expect(await events(id)).toEqual([]);
    const explained = await bench().expectOk('vm_group.explain', { id });
    expect(explained.explanation.join('\n')).toContain('web-1 changes from 2 cores');
    await passUntil(async () => (await events(id)).length === 2);
    const [first, second] = await events(id);
    const opensMs = Date.parse(String(explained.at)) + 2 * MINUTE_MS;
    expect(Date.parse(String(first?.at))).toBeGreaterThan(opensMs);
    await pass(1);
    expect(first?.member).toMatchObject({ before: { cpu_cores: 2 }, after: { cpu_cores: 1 } });
    expect(second?.member).toMatchObject({ why: 'follow', after: { cpu_cores: 1 } });
    const all = await membersOf();
    for (const vm of all) expect(vm).toMatchObject({ cpu_cores: 2, grown_cpu_cores: 1 });
    expect(all.every(({ grown_memory_gb: memory }) => Number(memory) < 4)).toBe(true);
  });

  test('keep their sizes without a window', async () => {
    const id = await makeGroup();
    await pass(3);
    await use(47, { cpu: 0.1, memory: 0.2 });
    await pass(14);
    const text = await explain(id);
    expect(text).toContain('web-1 changes from 2 cores');
    expect(text).toContain('web-1 gets less in vertical_window only, and the group has none.');
    expect(await events(id)).toEqual([]);
  });

  test('get more memory without a window although they could do with less CPU', async () => {
    const id = await makeGroup();
    await pass(3);
    await use(47, { cpu: 0.1, memory: 0.9 });
    await passUntil(async () => (await grown())[1]?.[1] !== null);
    expect(await grown()).toEqual([
      [null, 4.5],
      [null, 4.5],
    ]);
    expect(await events(id)).toMatchObject([
      { member: { why: 'recommended' }, outcome: 'succeeded' },
      { member: { why: 'follow' } },
    ]);
  });

  test('keep their sizes where the mode of the group is recommend', async () => {
    const id = await makeGroup({ mode: 'recommend' });
    await pass(3);
    await use(3, { cpu: 0.96, memory: 0.5 });
    await pass(14);
    expect(await events(id)).toEqual([]);
    expect(await explain(id)).toContain('web-1 changes from 2 cores and 4 GB to 3 cores and 4 GB');
  });
});

test('vertical_max is needed for apply, useless without, and not below vertical_min', async () => {
  const asked = (scaling: Partial<Scaling>) =>
    bench().expectProblem('vm_group.create', {
      name: 'web',
      vm: SIZE,
      min_size: 1,
      max_size: 2,
      scaling: { rules: [...SIZE_RULES], ...scaling },
    });
  expect(await asked({ vertical: 'apply' })).toMatchObject({
    fields: [{ path: ['scaling', 'vertical_max'], message: expect.stringContaining('is needed') }],
  });
  expect(await asked({ vertical_max: { cpu_cores: 4 } })).toMatchObject({
    fields: [{ message: expect.stringContaining('belongs to vertical apply') }],
  });
  const least = { vertical_max: { memory_gb: 8 }, vertical_min: { cpu_cores: 3 } };
  expect(await asked({ vertical: 'apply', ...least })).toMatchObject({
    fields: [
      {
        path: ['scaling', 'vertical_min', 'cpu_cores'],
        message: 'is more than vm.cpu_cores, 2: set vertical_max.cpu_cores beside it',
      },
    ],
  });
  const both = { vertical_max: { cpu_cores: 4 }, vertical_min: { cpu_cores: 5 } };
  expect(await asked({ vertical: 'apply', ...both })).toMatchObject({
    fields: [{ path: ['scaling', 'vertical_min', 'cpu_cores'] }],
  });
});
