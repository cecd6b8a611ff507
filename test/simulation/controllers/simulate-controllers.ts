/**
 * All controllers on one fleet at the same time: a real server and simulated nodes in virtual time.
 * Rules and a trained model scale groups, VMs are right-sized and moved, drift is reverted, and
 * members and nodes fail.
 */
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { AutonomousDecision } from '@novacron/contract/autonomy/autonomous-decision';
import type { NodeId } from '@novacron/contract/ids';
import type { Operation } from '@novacron/contract/operation/operation';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { ok } from '@novacron/contract/result';
import type { DecisionModel } from '@novacron/engine/autonomy/model/decision-model';
import { makeRng } from '@novacron/engine/rng';
import type { Rng } from '@novacron/runtime/rng';
import type { FenceDevices } from '@novacron/server/ports/fence-devices';
import { findFaults } from '../../scenarios/test-kit/find-faults.ts';
import { inspectFleet } from '../../scenarios/test-kit/inspect-fleet.ts';
import { type Bench, startBench } from '../../scenarios/test-kit/start-bench.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_HOURS = 24;

/** Nothing goes wrong at the end, until the restart windows have been open. */
const QUIET_HOURS = 5;

/** A person looks at what waits for approval once a day, at nine. */
const OFFICE_HOUR = 9;

/** Expected a day in the whole fleet. */
const PER_DAY = { nodeFailures: 0.2, drift: 1 };

/** Time for which a failed node is off. Unit: minutes. */
const AWAY_MINUTES = 30;

const NODES = 3;
const HOST = { cpu_cores: 32, memory_gb: 128, disk_gb: 500 };
const MEMBER = { cpu_cores: 2, memory_gb: 2, disk_gb: 4 };
const SIZES = { min_size: 2, max_size: 12 };
const PAGE = 1_000;

const SCALING = {
  prediction: { horizon: '1h' },
  rules: [{ kind: 'target', metric: 'cpu_utilization_ratio', value: 0.7 }],
} satisfies InputOf<'vm_group.create'>['scaling'];

/** Rules in force, a model, and a model whose changes a person approves. */
const GROUPS = [
  { name: 'web', scaling: { ...SCALING, mode: 'apply' } },
  { name: 'api', scaling: { ...SCALING, mode: 'recommend' } },
  { name: 'pay', scaling: { ...SCALING, mode: 'recommend' }, metadata: { criticality: 'high' } },
] as const;

/** VMs of their own, which are larger than they need to be. */
const SINGLES = ['db', 'mail', 'build', 'wiki'];

/** A run. */
export interface ControllersQuestion {
  readonly seed: string;
  readonly days: number;
  readonly model: DecisionModel;
  readonly onDay: (day: number) => void;
}

/** What happened in a run. */
export interface ControllersRecord {
  readonly operations: readonly Operation[];
  /** Decisions that a person was asked about. */
  readonly approvals: number;
  readonly decisions: readonly AutonomousDecision[];
  /** What was logged as an error, and records that disagree with the machines. */
  readonly faults: readonly string[];
}

/** Runs a fleet for some days. */
export async function simulateControllers(
  question: ControllersQuestion,
): Promise<ControllersRecord> {
  const { seed, days, model, onDay } = question;
  const powered = { off: async (_: string): Promise<void> => undefined };
  const bench = await startBench({
    fleet: planFleet(),
    decisionModel: model,
    improvements: { goal: 'rebalance', mode: 'apply', everyMs: HOUR_MS, movesMax: 20 },
    failoverNodes: 1,
    fenceDevices: makeFenceDevices((name) => powered.off(name)),
  });
  powered.off = bench.fleet.powerOff;
  await prepare(bench);
  const rng = makeRng(seed).fork('controllers');
  const operations = new Map<string, Operation>();
  let approvals = 0;
  for (let hour = 0; hour < days * DAY_HOURS; hour += 1) {
    await trouble(bench, rng);
    await bench.advance(HOUR_MS);
    if (hour % DAY_HOURS !== OFFICE_HOUR) continue;
    approvals += await approveAll(bench);
    const { items } = await bench.expectOk('operation.list', { limit: PAGE });
    for (const each of items) operations.set(each.id, each);
    onDay(Math.floor(hour / DAY_HOURS) + 1);
  }
  // What waits for a restart window is done.
  await bench.advance(QUIET_HOURS * HOUR_MS);
  await bench.endAll();
  const { items: decisions } = await bench.expectOk('autonomous_decision.list', { limit: PAGE });
  const { store, errors, fleet } = bench;
  const disagreeing = await findFaults({ store, machines: await inspectFleet(fleet) });
  await bench.stop();
  const faults = [...errors, ...disagreeing];
  return { operations: [...operations.values()], approvals, decisions, faults };
}

function planFleet(): Fleet {
  return {
    nodes: Array.from({ length: NODES }, (_, at) => ({
      name: `node-${at + 1}`,
      zone: `zone-${(at % 3) + 1}`,
      rack: `rack-${at + 1}`,
      ...HOST,
    })),
    storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
    workloads: [
      ...GROUPS.map(({ name }) => ({
        name,
        vm_prefix: `${name}-`,
        peak_vms: 7,
        shape: {
          night_ratio: 0.25,
          weekend_ratio: 0.6,
          bursts_per_day: 0.3,
          daily_bursts: 1,
          launches_per_week: 0,
        },
        failures_per_day: 0.3,
      })),
      ...SINGLES.map((name) => ({
        name,
        vm_prefix: name,
        peak_vms: 0.3,
        shape: {
          night_ratio: 0.2,
          weekend_ratio: 1,
          bursts_per_day: 0,
          daily_bursts: 0,
          launches_per_week: 0,
        },
        failures_per_day: 0.1,
      })),
    ],
  };
}

function makeFenceDevices(powerOff: (name: string) => Promise<void>): FenceDevices {
  return {
    automaticAfterMs: MINUTE_MS,
    list: () =>
      planFleet().nodes.map(({ name }) => ({
        node: name,
        kind: 'redfish',
        address: `https://bmc-of-${name}`,
        identity: 'unchecked',
      })),
    read: async () => ok({ power: 'on', uuid: null }),
    powerOff: async (name) => {
      await powerOff(name);
      return ok(undefined);
    },
  };
}

async function prepare(bench: Bench): Promise<void> {
  const id = bench.admin.tenantId;
  await bench.expectOk('tenant.update', { id, features: { autonomy: true } });
  await bench.expectOk('autonomy_settings.update', { mode: 'apply', min_confidence: 0.5 });
  await bench.expectOk('drift_settings.update', { auto_remediate: 'revert' });
  await bench.expectOk('settings.update', { auto_apply_enabled: true });
  for (const group of GROUPS) {
    const made = await bench.expectOk('vm_group.create', {
      ...group,
      scaling: { ...group.scaling, rules: [...group.scaling.rules] },
      vm: { ...MEMBER, healing: { on_node_loss: 'restart' } },
      ...SIZES,
    });
    await bench.end(made.operation);
  }
  for (const name of SINGLES) {
    const made = await bench.expectOk(
      'vm.create',
      {
        name,
        cpu_cores: 4,
        memory_gb: 8,
        disk_gb: 10,
        healing: { on_node_loss: 'restart' },
        restart_window: { schedule: '0 2 * * *', duration: '2h' },
      },
      { client: 'terraform' },
    );
    await bench.end(made.operation);
  }
}

/** What goes wrong in an hour. */
async function trouble(bench: Bench, rng: Rng): Promise<void> {
  if (rng.next() < PER_DAY.nodeFailures / DAY_HOURS) {
    const name = `node-${1 + Math.floor(rng.next() * NODES)}`;
    await bench.fleet.powerOff(name);
    await bench.advance(AWAY_MINUTES * MINUTE_MS);
    bench.fleet.restartAgent(name);
    await bench.advance(MINUTE_MS);
    await confirm(bench, name);
  }
  if (rng.next() < PER_DAY.drift / DAY_HOURS) {
    const { items } = await bench.expectOk('vm.list', { limit: PAGE });
    const singles = items.filter(({ name }) => SINGLES.includes(name));
    const vm = singles[Math.floor(rng.next() * singles.length)];
    if (vm === undefined) return;
    bench.fleet.drivers
      .get(String(vm.node))
      ?.disturb(vm.id, { kind: 'alter', spec: { cpu_cores: vm.cpu_cores + 1 } });
  }
}

async function confirm(bench: Bench, name: string): Promise<void> {
  const [node] = (await bench.expectOk('node.list', { name })).items;
  if (node === undefined) return;
  const id: NodeId = node.id;
  if (node.state === 'fenced') await bench.call('node.activate', { id });
}

/** @returns how many there were */
async function approveAll(bench: Bench): Promise<number> {
  const { items } = await bench.expectOk('approval.list', { status: ['pending'], limit: PAGE });
  for (const { id } of items) await bench.call('approval.approve', { id });
  return items.length;
}
