/** Records what agents measure: a sample of each metric of each running VM, and of their groups. */
import { MEASURED_MEMBERS, type MeasuredMetric } from '@novacron/contract/formats/metric-name';
import { METRIC_AHEAD_S_MAX } from '@novacron/contract/monitoring/metric-operations';
import type { MetricSample, MetricSeries, TargetSamples } from '../../../ports/metric-series.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import type { VmMeasurement } from '../../placement/measured-usage.ts';
import type { CapabilityDeps } from '../deps.ts';
import { roundMeasured } from './round-measured.ts';

/** From one round to the next: as often as agents measure. Unit: ms. */
const RECORD_MS = 30_000;

const MS_PER_SECOND = 1_000;
const BYTES_PER_MIB = 1_048_576;

/** Dependencies of recording. */
export type RecordDeps = Pick<
  CapabilityDeps,
  'store' | 'clock' | 'logger' | 'telemetry' | 'usage' | 'metricSeries' | 'images'
>;

/** Times in which guests answered health checks since the last round, by VM. Unit: seconds. */
export type AnswerTimes = Map<string, number>;

/**
 * Records the measurements of agents.
 * @param answerTimes - emptied by each round
 */
export function usageRecords(deps: RecordDeps, answerTimes: AnswerTimes): Reconciler {
  /** Time of the last recorded measurement of each VM: the same measurement is not a new sample. */
  let recorded: ReadonlyMap<string, number> = new Map();
  /** The time of the last round; undefined in the first one. Unit: s. */
  let lastS: number | undefined;
  return {
    name: 'usage-records',
    summary: 'Records the measured usage of running VMs and of their groups as metrics.',
    everyMs: RECORD_MS,
    lease: 'reconcilers',
    run: async ({ mayContinue }) => {
      const { metricSeries, usage, telemetry } = deps;
      if (metricSeries === undefined || usage === undefined) return undefined;
      const atS = Math.floor(deps.clock.nowMs() / MS_PER_SECOND);
      if (await removeFuture(metricSeries, { atS, lastS })) lastS = atS;
      const vms = await readRunning(deps);
      if (!mayContinue()) return undefined;
      const measured = vms.flatMap((vm): MeasuredVm[] => {
        const found = usage.ofVm(vm.node, vm.id);
        if (found === undefined || recorded.get(vm.id) === found.measuredAtMs) return [];
        const values = valuesOf(found, vm, answerTimes.get(vm.id));
        return [{ ...vm, values, measuredAtMs: found.measuredAtMs }];
      });
      answerTimes.clear();
      const groups = await readGroups(deps, measured);
      const batch = [...measured, ...groups].map((each) => toSamples(each, atS));
      const done = await metricSeries.write(batch, 'measured');
      const times = new Map(measured.map(({ id, measuredAtMs }) => [id, measuredAtMs]));
      recorded = new Map(vms.map(({ id }) => [id, times.get(id) ?? recorded.get(id) ?? 0]));
      const count = (outcome: string, by: number) =>
        telemetry.count('novacron_metric_samples_total', { source: 'measured', outcome }, by);
      const samples = batch.reduce((sum, each) => sum + each.samples.length, 0);
      count(done.ok ? 'stored' : 'failed', samples);
      // Of a VM that was not measured no metric is known.
      count('missing', vms.length - measured.length);
      return undefined;
    },
  };
}

/**
 * Removes samples that a clock made which has gone back since, or before the server started.
 * Sources may be ahead of the server for other reasons: only where it saw the clock go back, all
 * later samples are wrong.
 * @returns false where that is to be tried again
 */
async function removeFuture(
  metricSeries: MetricSeries,
  { atS, lastS }: { readonly atS: number; readonly lastS: number | undefined },
): Promise<boolean> {
  if (lastS !== undefined && atS >= lastS) return true;
  const afterS = lastS === undefined ? atS + METRIC_AHEAD_S_MAX : atS;
  return (await metricSeries.removeAhead(afterS)).ok;
}

/** A VM that runs, with what it has. */
interface RunningVm {
  readonly id: string;
  readonly tenantId: string;
  readonly node: string;
  readonly cpuCores: number;
  readonly memoryMib: number;
}

/** Values by metric; those that were not measured are absent. */
type Values = Readonly<Partial<Record<MeasuredMetric | typeof MEASURED_MEMBERS, number>>>;

/** A target of which something was measured. */
interface MeasuredTarget {
  readonly id: string;
  readonly tenantId: string;
  /** A VM unless said. */
  readonly kind?: 'vm' | 'vm_group';
  readonly values: Values;
}

interface MeasuredVm extends RunningVm, MeasuredTarget {
  readonly measuredAtMs: number;
}

/** The running VMs of all tenants: of each some columns, not its whole row. */
async function readRunning({ store }: Pick<RecordDeps, 'store'>): Promise<readonly RunningVm[]> {
  const where = { status: 'running' };
  const vms = await store.tally({ from: 'vms', where, by: ['id', 'tenant_id', 'node'] });
  const nodes = await store.read({ from: 'nodes' });
  const held = await store.tally({
    from: 'allocations',
    by: ['vm_id', 'node_id'],
    sum: ['cpu_cores', 'memory_mib'],
  });
  const names = new Map(nodes.map(({ id, name }) => [String(id), name]));
  const amounts = new Map(
    held.map(({ values: [vm, nodeId], sums }) => [`${vm}/${names.get(nodeId ?? '')}`, sums]),
  );
  return vms.flatMap(({ values: [id, tenantId, node] }): RunningVm[] => {
    const [cpuCores = 0, memoryMib = 0] = amounts.get(`${id}/${node}`) ?? [];
    if (id == null || tenantId == null || node == null || cpuCores === 0) return [];
    return [{ id, tenantId, node, cpuCores, memoryMib }];
  });
}

/** The mean of each metric over the members of each group that were measured, and their number. */
async function readGroups(
  { store }: Pick<RecordDeps, 'store'>,
  vms: readonly MeasuredVm[],
): Promise<readonly MeasuredTarget[]> {
  const byId = new Map(vms.map((vm) => [vm.id, vm]));
  const groups = new Map<string, MeasuredVm[]>();
  for (const { id, group_id: groupId } of await store.read({ from: 'vm_group_members' })) {
    const vm = byId.get(id);
    if (vm === undefined) continue;
    const members = groups.get(groupId);
    if (members === undefined) groups.set(groupId, [vm]);
    else members.push(vm);
  }
  return [...groups].flatMap(([id, members]): MeasuredTarget[] => {
    const [first] = members;
    if (first === undefined) return [];
    const means = meansOf(members.map((member) => member.values));
    const values = { ...means, [MEASURED_MEMBERS]: members.length };
    return [{ id, tenantId: first.tenantId, kind: 'vm_group', values }];
  });
}

function meansOf(all: readonly Values[]): Values {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const values of all) {
    for (const [name, value] of Object.entries(values)) {
      const own = sums.get(name) ?? { sum: 0, count: 0 };
      sums.set(name, { sum: own.sum + value, count: own.count + 1 });
    }
  }
  return Object.fromEntries(
    [...sums].map(([name, { sum, count }]) => [name, roundMeasured(name, sum / count)]),
  );
}

function valuesOf(found: VmMeasurement, vm: RunningVm, answerS: number | undefined): Values {
  const { machine } = found;
  const availableMib = machine.memory_available_mib;
  const values: Partial<Record<MeasuredMetric, number | undefined>> = {
    cpu_utilization_ratio: found.cpuCores / vm.cpuCores,
    memory_utilization_ratio: found.memoryMib / vm.memoryMib,
    memory_available_bytes: availableMib === undefined ? undefined : availableMib * BYTES_PER_MIB,
    disk_read_bytes_per_second: machine.disk_read_bytes_per_s,
    disk_write_bytes_per_second: machine.disk_write_bytes_per_s,
    network_receive_bytes_per_second: machine.network_receive_bytes_per_s,
    network_transmit_bytes_per_second: machine.network_transmit_bytes_per_s,
    health_check_seconds: answerS,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || !Number.isFinite(value) ? [] : [[name, roundMeasured(name, value)]],
    ),
  );
}

function toSamples({ id, tenantId, kind = 'vm', values }: MeasuredTarget, atS: number) {
  const samples = Object.entries(values).map(([name, value]): MetricSample => {
    return { name, atS, value };
  });
  return { target: { id, tenantId, kind }, samples } satisfies TargetSamples;
}
