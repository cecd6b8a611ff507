/**
 * Workloads whose demand simulated VMs share: each VM that serves uses the same part of its cores.
 * The demand follows from the name of the workload and the time (UTC) alone, so it is the same
 * after a restart.
 */
import type { VmId } from '@novacron/contract/ids';
import { assert } from '@novacron/contract/result';
import type { Rng } from '@novacron/runtime/rng';
import type { Workload } from '../../fleet/workload-fields.ts';
import { checkSimulatedHealth } from './check-simulated-guest.ts';
import { DAY, drawFailures, makeTrace, replayTrace } from './demand.ts';
import type { SimulatedMachine } from './machine-store.ts';

const MINUTE_MS = 60_000;

/** The first Monday of the Unix epoch, with which traces begin. Unit: minutes. */
const MONDAY = 4 * DAY;

/** Length of demand that is made up; it begins again then. */
const SHAPE_DAYS = 28;

/** A machine where it is. */
export interface WorkloadMachine {
  readonly node: string;
  readonly vmId: VmId;
  /** Its state as it was written last; null: it is gone. */
  readonly machine: SimulatedMachine | null;
  /** Boot time of its guest. Unit: ms. */
  readonly bootMs: number;
}

/** All workloads of a fleet, with the machines that serve them. */
export interface SharedWorkloads {
  /** Records what became of a machine. */
  readonly record: (change: WorkloadMachine) => void;
  /** The part of its cores that a serving machine uses, 0 to 1; undefined: it shares no demand. */
  readonly ratioOf: (machine: SimulatedMachine, nowMs: number) => number | undefined;
  /** Machines that crash in the minute: the first one of each workload that has a failure then. */
  readonly failuresAt: (nowMs: number) => readonly Pick<WorkloadMachine, 'node' | 'vmId'>[];
}

/** A workload with its demand minute by minute. */
interface OpenWorkload {
  readonly prefix: string;
  readonly demand: Float64Array;
  readonly failures: ReadonlySet<number>;
  readonly machines: Map<string, WorkloadMachine>;
}

/**
 * Opens them.
 * @param rngOf - random numbers that follow from a text
 */
export function openSharedWorkloads(
  workloads: readonly Workload[],
  rngOf: (seed: string) => Rng,
): SharedWorkloads {
  const open = workloads.map((workload) => openWorkload(workload, rngOf(workload.name)));
  const find = ({ spec: { name } }: SimulatedMachine) =>
    open.find(({ prefix }) => name.startsWith(prefix));
  return {
    record: (change) => {
      const key = `${change.node}/${change.vmId}`;
      for (const { machines } of open) machines.delete(key);
      if (change.machine !== null) find(change.machine)?.machines.set(key, change);
    },
    ratioOf: (machine, nowMs) => {
      const workload = find(machine);
      if (workload === undefined) return undefined;
      const serving = listServing(workload, nowMs);
      if (!serving.some(({ vmId }) => vmId === machine.vm_id)) return 0;
      return Math.min(1, demandAt(workload, nowMs) / serving.length);
    },
    failuresAt: (nowMs) =>
      open.flatMap((workload) => {
        const isDue = workload.failures.has(minuteOf(workload, nowMs));
        return isDue ? listServing(workload, nowMs).sort(byName).slice(0, 1) : [];
      }),
  };
}

function openWorkload(workload: Workload, rng: Rng): OpenWorkload {
  const { name, vm_prefix: prefix, peak_vms: peak, failures_per_day: perDay } = workload;
  const { demand } = makeDemand(workload, { name, rng, peak });
  const failures = drawFailures(rng, demand.length, perDay);
  return { prefix, demand, failures, machines: new Map() };
}

function makeDemand({ shape, replay }: Workload, source: Parameters<typeof makeTrace>[0]) {
  if (replay !== undefined) return replayTrace(source, replay.values, replay.step_minutes);
  assert(shape !== undefined, 'a workload without a replay has a shape');
  return makeTrace(source, SHAPE_DAYS, {
    nightRatio: shape.night_ratio,
    weekendRatio: shape.weekend_ratio,
    burstsPerDay: shape.bursts_per_day,
    dailyBursts: shape.daily_bursts,
    launchesPerWeek: shape.launches_per_week,
  });
}

function minuteOf({ demand }: OpenWorkload, nowMs: number): number {
  const minute = (Math.floor(nowMs / MINUTE_MS) - MONDAY) % demand.length;
  return minute < 0 ? minute + demand.length : minute;
}

function demandAt(workload: OpenWorkload, nowMs: number): number {
  return workload.demand[minuteOf(workload, nowMs)] ?? 0;
}

/** Machines that take part of the demand: their guests have booted, and answer. */
function listServing({ machines }: OpenWorkload, nowMs: number): WorkloadMachine[] {
  return [...machines.values()].filter(
    ({ machine, bootMs }) =>
      machine?.status === 'running' &&
      checkSimulatedHealth(machine, { bootMs, nowMs, probe: 'tcp' }).kind === 'passed',
  );
}

function byName(left: WorkloadMachine, right: WorkloadMachine): number {
  const [one, other] = [left.machine?.spec.name ?? '', right.machine?.spec.name ?? ''];
  return one < other ? -1 : Number(one > other);
}
