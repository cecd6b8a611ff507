/**
 * The measurements of agents: the last report of each node. Every server stores them in its own
 * memory, because all of them receive them; after a restart the next report restores them, and
 * their history begins again.
 */
import type { Bus } from '@novacron/bus/bus';
import { ANY_NODE, nodeOfSubject, usageSubject } from '@novacron/contract/agent/agent-subjects';
import { type MachineUsage, UsageReport } from '@novacron/contract/agent/agent-usage';
import { noteLoad } from '@novacron/engine/placement/place/confidence/load-history';
import type { Clock } from '@novacron/runtime/clock';

/** Nodes whose reports are remembered; beyond that the oldest report is forgotten. */
const NODES_MAX = 20_000;

/** Number of reporting intervals for which a report is valid. */
const INTERVALS_MAX = 3;

/** A valid measurement. */
export interface Measurement {
  readonly cpuCores: number;
  readonly memoryMib: number;
  readonly measuredAtMs: number;
  /** For a node: total rates at which its VMs read, write, receive and send, as far as measured. */
  readonly machine?: Rates;
}

const RATES = [
  'disk_read_bytes_per_s',
  'disk_write_bytes_per_s',
  'network_receive_bytes_per_s',
  'network_transmit_bytes_per_s',
] as const;

/** Bytes per second; what was not measured is absent. */
type Rates = Pick<MachineUsage, (typeof RATES)[number]>;

/** A valid measurement of a VM; what its agent did not measure is absent. */
export interface VmMeasurement extends Measurement {
  readonly machine: Rates & Pick<MachineUsage, 'memory_available_mib'>;
}

/** The measured use of nodes and VMs. */
export interface UsageWatch {
  /** Undefined where the node was not measured lately. */
  readonly ofNode: (node: string) => Measurement | undefined;
  /** Returns the usage of the node during the last hours, oldest first; empty if it is unknown. */
  readonly historyOf: (node: string) => readonly UsageReading[];
  /** The use of a VM, as the node that it is on has measured it. */
  readonly ofVm: (node: string, vmId: string) => VmMeasurement | undefined;
}

/**
 * Usage of a node at a point in time, every quarter of an hour. The same array until the next
 * reading.
 */
export interface UsageReading {
  readonly atMs: number;
  readonly cpuCores: number;
  readonly memoryMib: number;
}

interface Report {
  readonly countsUntilMs: number;
  readonly node: Measurement;
  readonly vms: ReadonlyMap<string, VmMeasurement>;
  readonly history: readonly UsageReading[];
}

/** Starts listening to agents; it ends with the bus. */
export function watchUsage({
  bus,
  clock,
}: {
  readonly bus: Bus;
  readonly clock: Clock;
}): UsageWatch {
  const reports = new Map<string, Report>();

  function find(node: string): Report | undefined {
    const report = reports.get(node);
    if (report === undefined || clock.nowMs() < report.countsUntilMs) return report;
    return undefined;
  }

  bus.subscribe(usageSubject(ANY_NODE), (message, subject) => {
    const said = UsageReport.safeParse(message);
    if (!said.success) return;
    // The bus vouches for the subject; clocks of nodes are not relied on.
    const node = nodeOfSubject(subject);
    const history = reports.get(node)?.history ?? [];
    reports.delete(node);
    reports.set(node, toReport(said.data, clock.nowMs(), history));
    const [oldest] = reports.keys();
    if (reports.size > NODES_MAX && oldest !== undefined) reports.delete(oldest);
  });
  return {
    ofNode: (node) => find(node)?.node,
    historyOf: (node) => reports.get(node)?.history ?? NO_HISTORY,
    ofVm: (node, vmId) => find(node)?.vms.get(vmId),
  };
}

const NO_HISTORY: readonly UsageReading[] = [];

function toReport(said: UsageReport, nowMs: number, history: readonly UsageReading[]): Report {
  const toMeasurement = (used: Pick<UsageReport, 'cpu_cores' | 'memory_mib'>): Measurement => {
    const { cpu_cores: cpuCores, memory_mib: memoryMib } = used;
    return { cpuCores, memoryMib, measuredAtMs: said.measured_at_ms };
  };
  const { cpu_cores: cpuCores, memory_mib: memoryMib } = said;
  return {
    history: noteLoad(history, { atMs: nowMs, cpuCores, memoryMib }),
    countsUntilMs: nowMs + INTERVALS_MAX * said.interval_ms,
    node: { ...toMeasurement(said), machine: sumRates(said.machines) },
    vms: new Map(
      said.machines.map((machine) => [machine.vm_id, { ...toMeasurement(machine), machine }]),
    ),
  };
}

/** The sums over VMs; a rate that no VM has is absent. */
function sumRates(machines: readonly Rates[]): Rates {
  const sums = RATES.flatMap((name): [string, number][] => {
    const values = machines.flatMap((machine) => machine[name] ?? []);
    return values.length === 0 ? [] : [[name, values.reduce((sum, value) => sum + value, 0)]];
  });
  return Object.fromEntries(sums);
}
