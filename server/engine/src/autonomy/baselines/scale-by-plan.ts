/** Our forecast scaling, and our optimizer once an hour, in the simulated group. */
import { NodeId, VmGroupId, VmId } from '@novacron/contract/ids';
import { GroupScaling } from '@novacron/contract/kinds/vm-group/group-scaling';
import { planImprovement } from '../../placement/optimizer/plan-improvement.ts';
import type {
  ScalingGroup,
  ScalingMemory,
  SizeChange,
} from '../../scaling/decide/model/scaling.ts';
import { planScaling } from '../../scaling/decide/plan-scaling.ts';
import type { Move } from '../simulate/find-moves.ts';
import {
  type GroupWorld,
  SIZE_MAX,
  SIZE_MIN,
  STEP_MINUTES,
  STEPS_PER_HOUR,
} from '../simulate/group-world.ts';
import { type ForecastScenario, STEP_MS } from '../simulate/make-scenario.ts';
import type { Controller } from '../simulate/run-day.ts';
import { NODE_SLOTS, NODES } from '../simulate/sizes.ts';

const METRIC = 'cpu_utilization_ratio';
const HOUR_MS = STEPS_PER_HOUR * STEP_MS;
const STEPS_PER_FORECAST = 3;
const MINUTE_MS = 60_000;

const GROUP_ID = VmGroupId.parse(`vmg_${'0'.repeat(26)}`);
const VM_IDS = Array.from({ length: SIZE_MAX }, (_, at) =>
  VmId.parse(`vm_${String(at).padStart(26, '0')}`),
);
const NODE_IDS = Array.from({ length: NODES }, (_, at) =>
  NodeId.parse(`node_${String(at).padStart(26, '0')}`),
);
const VM_SIZE = { cpuCores: 2, memoryMib: 4_096, diskGb: 20 };
const CONSTRAINTS = {};

/**
 * Makes a controller for one day. Scaling decides once a minute, since it only trusts what it has
 * seen without a gap; the last decision of a step counts.
 */
export function scaleByPlan(scenario: ForecastScenario, settings: object): Controller {
  const parsed = GroupScaling.parse({ warm_up: '10m', ...settings });
  const started: number[] = Array.from({ length: scenario.size }, () => 0);
  let memory: ScalingMemory | undefined;
  let changes: readonly SizeChange[] = [];
  return (world) => {
    const nowMs = world.step * STEP_MS;
    const size = world.nodes.length;
    const forecast = scenario.forecasts[Math.floor(world.step / STEPS_PER_FORECAST)];
    const signal = measureSignal(world, forecast);
    const group: Omit<ScalingGroup, 'memory' | 'signals'> = {
      id: GROUP_ID,
      name: 'group',
      settings: parsed,
      size,
      minSize: SIZE_MIN,
      maxSize: SIZE_MAX,
      members: world.nodes.map((_, vm) => describeMember(world, vm, started)),
      changes,
      bootMs: 0,
      isBusy: false,
    };
    let to = size;
    for (let minute = STEP_MINUTES - 1; minute >= 0; minute -= 1) {
      const round = { nowMs: Math.max(0, nowMs - minute * MINUTE_MS) };
      const signals = [{ ...signal, atMs: round.nowMs }];
      const [decision] = planScaling({ groups: [{ ...group, signals, memory }] }, round);
      to = decision?.to ?? size;
      memory = decision?.memory;
    }
    if (to !== size) {
      changes = [
        ...changes.filter(({ atMs }) => nowMs - atMs <= HOUR_MS),
        { atMs: nowMs, from: size, to },
      ];
      started.length = Math.min(started.length, to);
      while (started.length < to) started.push(world.step);
    }
    const isDue = world.step % STEPS_PER_HOUR === 0 && to === size;
    return { size: to, moves: isDue ? planMoves(world) : [] };
  };
}

function measureSignal(
  { usage, readySteps, step }: GroupWorld,
  forecast: ForecastScenario['forecasts'][number] | undefined,
) {
  const ready = readySteps.filter((each) => each < step || each === 0).length;
  const signal = {
    metric: METRIC,
    value: Math.min(1, usage),
    membersReporting: ready,
  };
  return forecast === undefined ? signal : { ...signal, forecast };
}

function describeMember({ readySteps, step }: GroupWorld, vm: number, started: readonly number[]) {
  const id = VM_IDS[vm];
  if (id === undefined) throw new RangeError(`There is no id for VM ${vm}.`);
  return {
    id,
    number: vm,
    state: (readySteps[vm] ?? 0) <= step ? ('ready' as const) : ('starting' as const),
    createdAtMs: (started[vm] ?? 0) * STEP_MS,
    isProtected: false,
    hasOtherState: false,
    isHealing: false,
  };
}

/** Consolidates: nodes without VMs cost nothing. */
function planMoves({ nodes }: GroupWorld): readonly Move[] {
  const counts = NODE_IDS.map((_, at) => nodes.filter((node) => node === at).length);
  const planned = planImprovement({
    goal: { kind: 'consolidate', headroomRatio: 0 },
    nodes: NODE_IDS.map((id, at) => describeNode(id, at, counts[at] ?? 0)),
    vms: nodes.flatMap((node, vm) => {
      const id = VM_IDS[vm];
      if (id === undefined) return [];
      const request = { name: `vm-${vm}`, labels: {}, ...VM_SIZE };
      return [
        {
          id,
          tenantId: 'tenant',
          node: `node-${node}`,
          request: { vm: request, constraints: CONSTRAINTS, strategy: 'pack' as const },
        },
      ];
    }),
    movesMax: 16,
    failover: 'ignore',
  });
  if (!planned.ok) throw new RangeError(planned.error.detail);
  return planned.value.moves.map(({ vmId, to }) => ({
    vm: VM_IDS.indexOf(vmId),
    to: Number(to.slice('node-'.length)),
  }));
}

function describeNode(id: (typeof NODE_IDS)[number], at: number, vms: number) {
  const times = (factor: number) => ({
    cpuCores: VM_SIZE.cpuCores * factor,
    memoryMib: VM_SIZE.memoryMib * factor,
    diskGb: VM_SIZE.diskGb * factor,
  });
  return {
    id,
    name: `node-${at}`,
    zone: 'zone',
    rack: `rack-${at}`,
    status: 'ready' as const,
    capacity: times(NODE_SLOTS),
    used: times(vms),
    vmCount: vms,
  };
}
