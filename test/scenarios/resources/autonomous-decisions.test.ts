/** A trained model decides the sizes of VM groups, within what is allowed. */
import { describe, expect, test } from '@jest/globals';
import type { VmGroupId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { DecisionModel } from '@novacron/engine/autonomy/model/decision-model';
import { ACTIONS } from '@novacron/engine/autonomy/shield/actions';
import { FEATURES } from '@novacron/engine/autonomy/shield/features';
import { useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const NAMES = FEATURES.map(({ name }) => name);

/**
 * One layer whose values are known: growing is worth the VMs that are missing, shrinking those that
 * are free beyond one.
 */
function modelOf(rate: number, isProven = true): DecisionModel {
  const parameters = new Float64Array((NAMES.length + 1) * ACTIONS.length);
  const at = (feature: number, action: number) => feature * ACTIONS.length + action;
  const soon = NAMES.indexOf('cpu_usage_soon');
  const [up, down] = [ACTIONS.indexOf('scale_up'), ACTIONS.indexOf('scale_down')];
  parameters[at(soon, up)] = -1;
  parameters[at(soon, down)] = 1;
  parameters[at(NAMES.length, down)] = -1;
  return {
    features: NAMES,
    actions: ACTIONS,
    widths: [NAMES.length, ACTIONS.length],
    parameters,
    usual: [50, 40, 40, 4, 200, 0, 50, 50, 5],
    tried: ACTIONS.map(() => 100),
    calibration: [{ margin: 0, rate }],
    seed: 'test',
    isProven,
    episodes: 1,
  };
}

/** Moves members wherever that is allowed. */
const MOVING: DecisionModel = {
  ...modelOf(0.9),
  parameters: Float64Array.from({ length: (NAMES.length + 1) * ACTIONS.length }, (_, at) =>
    at === NAMES.length * ACTIONS.length + ACTIONS.indexOf('migrate') ? 1 : 0,
  ),
};

const HOST = { zone: 'zone-a', rack: 'rack-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
const demand = (peak_vms: number) => ({
  peak_vms,
  replay: { values: [1], step_minutes: 1_440 },
  failures_per_day: 0,
});

/** The members of `web` need the capacity of more than two, those of `idle` less than one. */
const FLEET = {
  nodes: ['node-a', 'node-b'].map((name) => ({ name, ...HOST })),
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
  workloads: [
    { name: 'web', vm_prefix: 'web-', ...demand(2.2) },
    { name: 'idle', vm_prefix: 'idle-', ...demand(0.4) },
  ],
};

const bench = useBench({ decisionModel: modelOf(0.9), fleet: FLEET });

const GROUP = {
  name: 'web',
  vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 4 },
  min_size: 2,
  max_size: 4,
} as const;

const RULES = [{ kind: 'target', metric: 'queue_length_count', value: 10 }] as const;

async function makeGroup(
  mode: 'recommend' | 'apply' = 'recommend',
  more: Partial<InputOf<'vm_group.create'>> = {},
) {
  const made = await bench().expectOk('vm_group.create', {
    ...GROUP,
    scaling: { rules: [...RULES], mode },
    ...more,
  });
  expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
  return made.resource.id;
}

async function allow(mode: 'shadow' | 'apply') {
  const id = bench().admin.tenantId;
  await bench().expectOk('tenant.update', { id, features: { autonomy: true } });
  await bench().expectOk('autonomy_settings.update', { mode });
}

async function pass(minutes: number) {
  for (let minute = 0; minute < minutes; minute += 1) await bench().advance(MINUTE_MS);
}

function only<Item>([item, ...others]: readonly Item[]): Item {
  if (item === undefined || others.length > 0) throw new Error('there is not exactly one');
  return item;
}

const decisions = async () => (await bench().expectOk('autonomous_decision.list', {})).items;
const sizeOf = async (id: VmGroupId) => (await bench().expectOk('vm_group.get', { id })).size;

describe('in the shadow mode', () => {
  test('a decision is recorded with its reasons, and nothing changes', async () => {
    const id = await makeGroup();
    await allow('shadow');
    await pass(6);
    const [decision, ...others] = await decisions();
    expect(others).toEqual([]);
    expect(decision).toMatchObject({
      group: 'web',
      action: 'scale_up',
      size_from: 2,
      size_to: 3,
      status: 'shadow',
      confidence: 0.9,
      operation_id: null,
      outcome: null,
      absent: expect.arrayContaining(['request_rate', 'network_latency']),
      expected_impact: { vms: 1, cost_per_hour: null, cost_per_month: null, currency: null },
    });
    expect(decision?.reasoning.length).toBeGreaterThan(0);
    expect(await sizeOf(id)).toBe(2);
  });

  test('a plan of a group says that a model may change its size', async () => {
    const input = { ...GROUP, scaling: { rules: [...RULES], mode: 'recommend' } };
    const asked = { operation: 'vm_group.create', input } as const;
    const { notices } = await bench().expectOk('admission.preview', asked);
    expect(notices.join()).toContain('says whether a model may');
  });

  test('what follows is measured, and a person may say that it was wrong', async () => {
    await makeGroup();
    await allow('shadow');
    await pass(22);
    const decision = only(await decisions());
    const outcome = { size: 2, was_right: true, preferred_was_right: true, advantage: 0 };
    expect(decision).toMatchObject({ size_rules: 3, outcome });
    const { action } = decision;
    const same = { id: decision.id, action, reason: 'a batch job' };
    expect(await bench().expectProblem('autonomous_decision.override', same)).toMatchObject({
      code: 'validation-failed',
      detail: 'The decision was `scale_up` already.',
    });
    const overridden = await bench().expectOk('autonomous_decision.override', {
      id: decision.id,
      reason: 'a batch job',
    });
    expect(overridden.resource.override).toMatchObject({ action: 'wait', reason: 'a batch job' });
  });
});

describe('where the tenant says so', () => {
  test('a group grows', async () => {
    const id = await makeGroup();
    await allow('apply');
    await pass(7);
    expect(await sizeOf(id)).toBe(3);
    const [decision] = (await decisions()).toReversed();
    expect(decision).toMatchObject({ action: 'scale_up', operation_id: expect.any(String) });
    const { items } = await bench().expectOk('scaling_event.list', { group_id: id });
    expect(items).toContainEqual(
      expect.objectContaining({ trigger_type: 'autonomous', from: 2, to: 3 }),
    );
  });

  test('a budget refuses what the decision says that it costs', async () => {
    const parts = { name: 'default', cpu_core: 0.25, memory_gb: 0.125 };
    const list = { name: 'standard', currency: 'EUR', node_classes: [parts] };
    await bench().expectOk('price_list.create', list);
    const id = await makeGroup();
    const budget = { name: 'research', hourly_limit: 1, enforcement: 'refuse' } as const;
    await bench().expectOk('budget.create', budget);
    await allow('apply');
    await pass(6);
    expect(await sizeOf(id)).toBe(2);
    const decision = only(await decisions());
    expect(decision).toMatchObject({
      status: 'refused',
      expected_impact: { cost_per_hour: 0.375, cost_per_month: 273.75, currency: 'EUR' },
      limits: { size_min: 2, size_max: 4, min_confidence: 0.75 },
    });
    expect(decision.detail).toContain('exceeds the budget research');
  });

  test('a critical group waits for the approval of a person', async () => {
    const id = await makeGroup('recommend', { metadata: { criticality: 'high' } });
    await allow('apply');
    await pass(6);
    expect(await sizeOf(id)).toBe(2);
    expect(await decisions()).toMatchObject([{ action: 'scale_up', status: 'waiting' }]);
    const approval = only((await bench().expectOk('approval.list', {})).items);
    expect(approval).toMatchObject({
      subject_kind: 'autonomous_decision',
      subject_name: 'web',
      details: { size_from: 2, size_to: 3 },
    });
    await bench().expectOk('approval.approve', { id: approval.id });
    await pass(5);
    expect(await sizeOf(id)).toBe(3);
    const states = (await decisions()).map(({ status }) => status);
    expect(states).toEqual(expect.arrayContaining(['superseded', 'running']));
    expect(states).not.toContain('waiting');
    // The approval was for one change: the same one needs another.
    await bench().end((await bench().expectOk('vm_group.scale', { id, size: 2 })).operation);
    await pass(6);
    expect(await sizeOf(id)).toBe(2);
    const [again] = await decisions();
    expect(again).toMatchObject({ size_from: 2, size_to: 3, status: 'waiting' });
    expect(again?.detail).toContain(`The approval ${approval.id} was used already`);
  });

  test('a group shrinks', async () => {
    const id = await makeGroup('recommend', { name: 'idle' });
    const scaled = await bench().expectOk('vm_group.scale', { id, size: 4 });
    await bench().end(scaled.operation);
    await allow('apply');
    await pass(17);
    expect(await sizeOf(id)).toBe(2);
    const [last, first] = [(await decisions())[0], (await decisions()).at(-1)];
    expect(first).toMatchObject({ action: 'scale_down', size_from: 4, status: 'succeeded' });
    expect(last).toMatchObject({ action: 'wait', size_to: 2 });
  });
});

describe('members', () => {
  const nodes = ['node-a', 'node-b', 'node-c'].map((name) => ({ name, ...HOST }));
  const moving = useBench({ decisionModel: MOVING, fleet: { ...FLEET, nodes } });

  test('leave a node for others of theirs, once it has no other VMs', async () => {
    const id = moving().admin.tenantId;
    await moving().expectOk('tenant.update', { id, features: { autonomy: true } });
    await moving().expectOk('autonomy_settings.update', { mode: 'apply' });
    const made = await moving().expectOk('vm_group.create', {
      ...GROUP,
      name: 'idle',
      min_size: 3,
      scaling: { rules: [...RULES], mode: 'recommend' },
    });
    await moving().end(made.operation);
    const create = async (name: string) => {
      const vm = { name, cpu_cores: 1, memory_gb: 1, disk_gb: 4 };
      const { operation, resource } = await moving().expectOk('vm.create', vm);
      await moving().end(operation);
      return resource.id;
    };
    const others = [await create('db-1'), await create('db-2'), await create('db-3')];
    const listVms = async () => (await moving().expectOk('vm.list', {})).items;
    const nodesOf = async (prefix: string) =>
      (await listVms()).filter((vm) => vm.name.startsWith(prefix)).map(({ node }) => node);
    const wait = async () => {
      for (let minute = 0; minute < 6; minute += 1) await moving().advance(MINUTE_MS);
      return (await moving().expectOk('autonomous_decision.list', {})).items;
    };
    const all = ['node-a', 'node-b', 'node-c'];
    expect((await nodesOf('db-')).toSorted()).toEqual(all);
    expect(await wait()).toMatchObject([
      {
        action: 'wait',
        forbidden: expect.arrayContaining([{ action: 'migrate', why: 'no VM would gain by it' }]),
      },
    ]);
    expect((await nodesOf('idle-')).toSorted()).toEqual(all);
    const [first] = others;
    if (first === undefined) throw new Error('no VM was made');
    await moving().end((await moving().expectOk('vm.delete', { id: first })).operation);
    await wait();
    const [decision] = (await wait()).filter(({ action }) => action === 'migrate');
    const impact = { vms: 0, moves: 1 };
    expect(decision).toMatchObject({ status: 'succeeded', size_to: 3, expected_impact: impact });
    expect(new Set(await nodesOf('idle-'))).toEqual(new Set(await nodesOf('db-')));
    // Two nodes stay, whatever the model prefers.
    const [second] = others.slice(1);
    if (second === undefined) throw new Error('no VM was made');
    await moving().end((await moving().expectOk('vm.delete', { id: second })).operation);
    expect((await wait())[0]).toMatchObject({ action: 'wait' });
  });
});

describe('what came of earlier decisions', () => {
  /** Outcomes of as many decisions like the first one, as the server would have recorded them. */
  async function record(count: number, outcome: { isRight: boolean; advantage: number }) {
    const [like] = await bench().store.read({ from: 'autonomous_decisions' });
    if (like === undefined) throw new Error('nothing was decided');
    const verdict = outcome.isRight ? 'right' : 'wrong';
    const judged = { verdict, preferred_verdict: verdict, outcome_json: '{}' };
    const rows = Array.from({ length: count }, () => ({
      ...like,
      ...judged,
      group_id: bench().deps.ids.next('vmg'),
      id: bench().deps.ids.next('adec'),
      advantage: outcome.advantage,
    }));
    const changes = rows.map(
      (row) => ({ kind: 'put', into: 'autonomous_decisions', row }) as const,
    );
    await bench().store.commit(changes);
    return rows;
  }

  test('makes the model less sure, until it waits', async () => {
    const id = await makeGroup();
    await allow('shadow');
    await pass(6);
    await record(20, { isRight: false, advantage: 0 });
    await allow('apply');
    await pass(5);
    expect(await sizeOf(id)).toBe(2);
    const [decision] = await decisions();
    expect(decision).toMatchObject({ action: 'wait', preferred: 'scale_up', confidence: 0.45 });
    expect(decision?.reasoning.join(' ')).toContain('0 of the last 20 such decisions were right');
  });

  test('stops it in its tenant while the rules of groups would have cost less', async () => {
    const id = await makeGroup();
    await allow('shadow');
    await pass(6);
    const rows = await record(20, { isRight: true, advantage: -0.5 });
    await allow('apply');
    await pass(5);
    expect(await sizeOf(id)).toBe(2);
    const { stopped } = await bench().expectOk('autonomy_settings.get', {});
    expect(stopped).toMatch(/^The last 20 decisions would have cost 10 VM-hours more/);
    const events = async (type: string) =>
      (await bench().expectOk('event.list', { type: [type] })).items.map(({ data }) => data);
    expect(await events('autonomous_decision.stopped')).toEqual([
      expect.objectContaining({ mode: 'apply', reason: stopped }),
    ]);
    // Better outcomes of another tenant change nothing here; those of this one do.
    const better = rows.map((row) => ({ ...row, advantage: 1 }));
    const put = (tenant: string) =>
      better.map((row) => {
        const moved = { ...row, id: bench().deps.ids.next('adec'), tenant_id: tenant };
        return { kind: 'put', into: 'autonomous_decisions', row: moved } as const;
      });
    await bench().store.commit(put(bench().deps.ids.next('tnt')));
    await pass(5);
    expect(await sizeOf(id)).toBe(2);
    await bench().store.commit(put(bench().admin.tenantId));
    await pass(6);
    expect(await sizeOf(id)).toBe(3);
    expect(await events('autonomous_decision.resumed')).toHaveLength(1);
    expect(await bench().expectOk('autonomy_settings.get', {})).toMatchObject({ stopped: null });
  });
});

describe('nothing is decided', () => {
  test('without the feature', async () => {
    await makeGroup();
    await pass(6);
    expect(await decisions()).toEqual([]);
    const problem = await bench().expectProblem('autonomy_settings.update', { mode: 'apply' });
    expect(problem).toMatchObject({ code: 'feature-disabled' });
  });

  test('for a group whose own rules are in force', async () => {
    await makeGroup('apply');
    await allow('apply');
    await pass(6);
    expect(await decisions()).toEqual([]);
  });

  test('while the group is held, beyond that', async () => {
    const id = await makeGroup();
    await allow('apply');
    await bench().expectOk('scaling.hold', { id, reason: 'a sale', until: '2h' });
    await pass(6);
    expect(await decisions()).toMatchObject([
      {
        action: 'wait',
        forbidden: expect.arrayContaining([{ action: 'scale_up', why: expect.any(String) }]),
      },
    ]);
    expect(await sizeOf(id)).toBe(2);
  });
});

describe('with a model that is not better than the simple rule', () => {
  const unproven = useBench({ decisionModel: modelOf(0.9, false), fleet: FLEET });

  test('nothing is carried out, and the settings say why', async () => {
    const id = unproven().admin.tenantId;
    await unproven().expectOk('tenant.update', { id, features: { autonomy: true } });
    await unproven().expectOk('autonomy_settings.update', { mode: 'apply' });
    const made = await unproven().expectOk('vm_group.create', {
      ...GROUP,
      scaling: { rules: [...RULES], mode: 'recommend' },
    });
    await unproven().end(made.operation);
    for (let minute = 0; minute < 6; minute += 1) await unproven().advance(MINUTE_MS);
    const [decision] = (await unproven().expectOk('autonomous_decision.list', {})).items;
    expect(decision).toMatchObject({ action: 'scale_up', status: 'shadow' });
    const { stopped } = await unproven().expectOk('autonomy_settings.get', {});
    expect(stopped).toContain('not better than the simple rule');
  });
});
