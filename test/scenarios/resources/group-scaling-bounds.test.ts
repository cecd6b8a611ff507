/** Limits on the size of a VM group besides its load: schedules, policies, quotas and state. */
import { describe, expect, test } from '@jest/globals';
import type { VmGroupId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { SMALL_FLEET } from '../test-kit/start-bench.ts';
import { useBench } from '../test-kit/use-bench.ts';

const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };
const LOAD = 'queue_length_count';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const RULES = [{ kind: 'target', metric: LOAD, value: 10 }] as const;
const FAST = { cooldown: '0s', shrink_window: '0s', warm_up: '0s' } as const;

/** Members that use little CPU: it stands in for a lost metric. */
const IDLE = {
  name: 'idle',
  vm_prefix: 'web-',
  peak_vms: 0.1,
  replay: { values: [1], step_minutes: 1_440 },
  failures_per_day: 0,
};

const bench = useBench({ fleet: { ...SMALL_FLEET, workloads: [IDLE] } });

async function makeGroup(more: Partial<InputOf<'vm_group.create'>>) {
  const asked = { name: 'web', vm: SIZE, min_size: 1, max_size: 4, ...more };
  const made = await bench().expectOk('vm_group.create', asked);
  expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
  return made.resource.id;
}

async function sizeOf(id: VmGroupId) {
  return (await bench().expectOk('vm_group.get', { id })).size;
}

async function load(id: VmGroupId, value: number, minutes: number) {
  for (let half = 0; half < minutes * 2; half += 1) {
    await bench().expectOk('metric.write', { vm_group_id: id, samples: [{ name: LOAD, value }] });
    await bench().advance(MINUTE_MS / 2);
  }
}

async function events(id: VmGroupId) {
  return (await bench().expectOk('scaling_event.list', { group_id: id })).items;
}

/** Goes on to a minute of the hour; the clock of the bench begins at a full hour. */
async function goTo(atMs: number) {
  await bench().skip(atMs - bench().deps.clock.nowMs());
  await bench().advance(2 * MINUTE_MS);
}

/** A schedule of ten minutes that begins an hour after the given time. */
function inAnHour(nowMs: number) {
  const at = new Date(nowMs + HOUR_MS);
  return { cron: `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`, duration: '10m' };
}

test('one metric cannot be of the members and of the group', async () => {
  const rules = [
    ...RULES,
    { kind: 'threshold', metric: LOAD, scope: 'member', up: 9, down: 1 },
  ] as const;
  const asked = { name: 'web', vm: SIZE, min_size: 1, max_size: 4, scaling: { rules: [...rules] } };
  expect(await bench().expectProblem('vm_group.create', asked)).toMatchObject({
    code: 'validation-failed',
    detail: expect.stringContaining('scaling.rules.1.scope is member, and group in another rule'),
  });
});

test('a sample out of all proportion scales a group only if the next one confirms it', async () => {
  const id = await makeGroup({ scaling: { rules: [...RULES], ...FAST } });
  await load(id, 20, 2);
  expect(await sizeOf(id)).toBe(2);
  await load(id, 1e300, 0.5);
  const explained = await bench().expectOk('vm_group.explain', { id });
  expect(explained).toMatchObject({ size: 2, wanted_size: 2, rules: [{ value: 20 }] });
  expect(explained.explanation.join(' ')).toContain('queue_length_count, 1e+300, is ignored');
  await load(id, 20, 1);
  expect(await sizeOf(id)).toBe(2);
  await load(id, 1e300, 1.5);
  expect(await sizeOf(id)).toBe(4);
});

test('a fallback size is within the bounds of the group', async () => {
  const scaling = { rules: [...RULES], fallback_size: 5 };
  const asked = { name: 'web', vm: SIZE, min_size: 1, max_size: 4, scaling };
  expect(await bench().expectProblem('vm_group.create', asked)).toMatchObject({
    fields: [
      {
        path: ['scaling', 'fallback_size'],
        message: 'must be from min_size to max_size, which are 1 and 4',
      },
    ],
  });
});

test('a group whose metric is lost grows to its fallback size', async () => {
  const scaling = { rules: [...RULES], fallback_size: 3, ...FAST };
  const id = await makeGroup({ scaling });
  await load(id, 10, 2);
  expect(await sizeOf(id)).toBe(1);
  await bench().advance(10 * MINUTE_MS);
  expect(await sizeOf(id)).toBe(3);
  expect((await events(id))[0]).toMatchObject({ from: 1, to: 3, trigger_type: 'schedule' });
  await load(id, 10, 4);
  expect(await sizeOf(id)).toBe(1);
});

test('a calendar has dates that exist, in a zone that exists, and each name once', async () => {
  const calendar = [
    { name: 'sale', dates: ['2026-11-27', '2026-02-30'] },
    { name: 'sale', dates: ['12-24'], time_zone: 'Europe/Nowhere' },
  ];
  const scaling = { rules: [...RULES], prediction: { horizon: '30m', calendar } };
  const asked = { name: 'web', vm: SIZE, min_size: 1, max_size: 4, scaling };
  const place = ['scaling', 'prediction', 'calendar'];
  expect(await bench().expectProblem('vm_group.create', asked)).toMatchObject({
    code: 'validation-failed',
    fields: [
      {
        path: [...place, 0, 'dates', 1],
        message: 'is 2026-02-30, which is no day of the calendar',
      },
      {
        path: [...place, 1, 'name'],
        message: 'is sale as before: list all dates of a name together',
      },
      {
        path: [...place, 1, 'time_zone'],
        message: '"Europe/Nowhere" is not a time zone: give an IANA name such as Europe/Berlin',
      },
    ],
  });
});

test('groups that want another size at once all get it in the same round', async () => {
  const ids: VmGroupId[] = [];
  for (let number = 0; number < 6; number += 1) {
    ids.push(await makeGroup({ name: `web${number}`, scaling: { ...FAST, rules: [...RULES] } }));
  }
  for (const id of ids) {
    await bench().expectOk('metric.write', {
      vm_group_id: id,
      samples: [{ name: LOAD, value: 15 }],
    });
  }
  await bench().advance(MINUTE_MS / 2);
  const all = (await bench().expectOk('scaling_event.list', {})).items;
  expect(all.map(({ group_id: id, from, to }) => `${id} ${from} ${to}`).sort()).toEqual(
    ids.map((id) => `${id} 1 2`).sort(),
  );
});

describe('a schedule', () => {
  test('sets other bounds while it lasts, and those of the group count again', async () => {
    const nowMs = bench().deps.clock.nowMs();
    const schedules = [{ ...inAnHour(nowMs), min_size: 3 }];
    const id = await makeGroup({ scaling: { ...FAST, schedules } });
    await bench().advance(2 * MINUTE_MS);
    expect(await sizeOf(id)).toBe(1);
    await goTo(nowMs + HOUR_MS + MINUTE_MS);
    expect(await sizeOf(id)).toBe(3);
    const explained = await bench().expectOk('vm_group.explain', { id });
    expect(explained).toMatchObject({ min_size: 3, max_size: 4, next_size: 3 });
    expect(await events(id)).toMatchObject([
      { trigger_type: 'schedule', from: 1, to: 3, outcome: 'succeeded' },
    ]);
    await goTo(nowMs + HOUR_MS + 11 * MINUTE_MS);
    expect(await bench().expectOk('vm_group.explain', { id })).toMatchObject({ min_size: 1 });
    // Only a rule or a maximum makes a group smaller.
    expect(await sizeOf(id)).toBe(3);
  });

  test('makes a group empty, and members again when it ends', async () => {
    const nowMs = bench().deps.clock.nowMs();
    const schedules = [{ ...inAnHour(nowMs), min_size: 0, max_size: 0 }];
    const id = await makeGroup({ min_size: 2, scaling: { ...FAST, schedules } });
    await goTo(nowMs + HOUR_MS + MINUTE_MS);
    expect(await sizeOf(id)).toBe(0);
    expect((await bench().expectOk('vm.list', {})).items).toEqual([]);
    await goTo(nowMs + HOUR_MS + 11 * MINUTE_MS);
    expect(await sizeOf(id)).toBe(2);
    const names = (await bench().expectOk('vm.list', {})).items.map(({ name }) => name).sort();
    expect(names).toEqual(['web-1', 'web-2']);
    const [back, gone] = await events(id);
    expect(gone).toMatchObject({ trigger_type: 'schedule', from: 2, to: 0 });
    expect(back).toMatchObject({ from: 0, to: 2 });
  });
});

describe('a quota', () => {
  test('limits the size, and is named', async () => {
    const { tenantId } = bench().admin;
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { vms: 2 } });
    const id = await makeGroup({ scaling: { ...FAST, rules: [...RULES] } });
    await load(id, 35, 3);
    expect(await sizeOf(id)).toBe(2);
    const explained = await bench().expectOk('vm_group.explain', { id });
    expect(explained).toMatchObject({ wanted_size: 4, next_size: 2, limited_by: ['quota'] });
    expect(explained.explanation.join('\n')).toContain('The quota of the tenant');
    expect(await events(id)).toMatchObject([{ from: 1, to: 2, limited_by: ['quota'] }]);
  });
});

describe('a budget', () => {
  test('limits how far a group grows, is named, and lets it shrink', async () => {
    const parts = { name: 'default', cpu_core: 1, memory_gb: 0 };
    const list = { name: 'standard', currency: 'EUR', node_classes: [parts] };
    await bench().expectOk('price_list.create', list);
    const hourly_limit = 2 * SIZE.cpu_cores;
    const asked = { name: 'team', hourly_limit, enforcement: 'refuse' } as const;
    await bench().expectOk('budget.create', asked);
    const id = await makeGroup({ scaling: { ...FAST, rules: [...RULES] } });
    await load(id, 35, 3);
    expect(await sizeOf(id)).toBe(2);
    const refused = { outcome: 'refused', limited_by: ['budget'] };
    const grown = { from: 1, to: 2, outcome: 'succeeded', limited_by: ['budget'] };
    expect(await events(id)).toMatchObject([refused, grown]);
    const { items } = await bench().expectOk('event.list', { type: ['vm_group.not_scaled'] });
    expect(items).toMatchObject([{ data: { limited_by: 'budget' } }]);
    await load(id, 5, 4);
    expect(await sizeOf(id)).toBe(1);
  });
});

describe('a policy with a scale action', () => {
  const GROWS = `policy p
  for vm_group
  rule r: custom
    when metrics.size < 4
    then scale direction=up count=1
`;

  test('has no effect on a group that is scaled by its rules, and has in a trial', async () => {
    const rules = [...RULES];
    const id = await makeGroup({ scaling: { ...FAST, rules } });
    const { notices } = await bench().expectOk('orchestration_policy.create', { document: GROWS });
    expect(notices?.join('\n')).toContain('web');
    await load(id, 15, 4);
    expect(await sizeOf(id)).toBe(2);
    expect(await events(id)).toMatchObject([{ trigger_type: 'target', policy: null, to: 2 }]);
    const trial = { ...FAST, rules, mode: 'recommend' } as const;
    const changed = await bench().expectOk('vm_group.update', { id, scaling: trial });
    await bench().end(changed.operation);
    await load(id, 15, 2);
    expect(await sizeOf(id)).toBe(3);
    const [latest] = (await events(id)).filter(({ outcome }) => outcome === 'succeeded');
    expect(latest).toMatchObject({ trigger_type: 'policy', policy: 'p', from: 2, to: 3 });
  });
});
