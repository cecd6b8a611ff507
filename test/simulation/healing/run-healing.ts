/** Runs the healing suite from one seed after another, and prints its figures. */
import { seedAt } from '../run-seeds.ts';
import { type FaultClass, readFaultTable } from './fault-table.ts';
import { AUTOMATIC_AFTER_MS, FAILING_RATIO, POWER_OFF_MS } from './fence-devices.ts';
import { describeClasses, describeStages, toFigures } from './healing-figures.ts';
import { LATENCIES } from './hosts.ts';
import { SMALL_SHAPE } from './make-fleet.ts';
import { PEOPLE_MS } from './people.ts';
import { POOL_BEAT_MS } from './pool-heartbeats.ts';
import { type RackLossReport, simulateRackLoss } from './rack-loss.ts';
import { BOOT_MS } from './service.ts';
import { type HealingReport, simulateHealing } from './simulate-healing.ts';
import { REPAIR_MS } from './strikes.ts';

/** What is run. */
export interface HealingRuns {
  readonly seed: string;
  readonly runs: number;
  /** Of each run. */
  readonly incidents: number;
  /** Path of the table of faults. */
  readonly faults: string;
  /** Whether the loss of a large rack is run as well. */
  readonly rack: 'run' | 'left-out';
}

interface Output {
  readonly write: (text: string) => unknown;
}

/**
 * Figures are lines of JSON on `out`; everything for people is on `notes`. A goal that is missed
 * is said there, and is no failure of the run.
 * @returns the exit code: 0 when all that must hold held, 1 when not, 2 for wrong usage
 */
export async function runHealing(
  { seed, runs, incidents, faults, rack }: HealingRuns,
  { out, notes }: { readonly out: Output; readonly notes: Output },
): Promise<number> {
  if (![runs, incidents].every((count) => Number.isInteger(count) && count >= 1)) {
    notes.write('RUNS and INCIDENTS must be whole numbers of 1 or more.\n');
    return 2;
  }
  const table = readFaultTable(faults);
  notes.write(`${describeAssumptions(table, faults)}\n`);
  const reports: HealingReport[] = [];
  for (let index = 0; index < runs; index += 1) {
    const own = seedAt(seed, index);
    const report = await simulateHealing({ seed: own, table, incidents, shape: SMALL_SHAPE });
    notes.write(`${describeReport(report)}\n`);
    reports.push(report);
    if (report.violations.length > 0) return 1;
  }
  let lost: RackLossReport | undefined;
  if (rack === 'run') {
    lost = await simulateRackLoss(seed);
    if (lost.violations.length > 0) {
      notes.write(`${lost.violations.join('\n')}\n`);
      return 1;
    }
  }
  notes.write(`\n${describeClasses(reports)}\n\n${describeStages(reports)}\n\n`);
  for (const figure of toFigures(reports, lost)) out.write(`${JSON.stringify(figure)}\n`);
  return 0;
}

/** A line about a run, and one for each thing that must not happen. */
function describeReport(report: HealingReport): string {
  const { seed, incidents, nodeHours, violations, falseEvictions, hash } = report;
  const line =
    `healing of seed ${seed}: ${incidents.length} incidents, ` +
    `${incidents.filter(({ peopleAtMs }) => peopleAtMs !== undefined).length} with people, ` +
    `${Math.round(nodeHours.all)} node hours, ${Math.round(nodeHours.awake)} of them awake, ` +
    `${falseEvictions.length} false evictions, trace ${hash.slice(0, 16)}`;
  return [
    line,
    ...falseEvictions.map((each) => `  powered off: ${each}`),
    ...violations.map((each) => `  FAILED: ${each}`),
  ].join('\n');
}

function describeAssumptions(table: readonly FaultClass[], path: string): string {
  const { racks, nodesPerRack, zones, vms } = SMALL_SHAPE;
  const seconds = (ms: number): string => `${ms / 1_000} s`;
  const actions = Object.entries(LATENCIES).map(
    ([name, { min, max }]) => `${name} ${min} to ${max} ms`,
  );
  return [
    `Assumptions: ${racks * nodesPerRack} nodes, ${racks} racks, ${zones} zones, ${vms} VMs on ` +
      'one shared storage, all with restart = on-failure and on_node_loss = restart.',
    `Power off ${seconds(POWER_OFF_MS.min)} to ${seconds(POWER_OFF_MS.max)}, of which ` +
      `${FAILING_RATIO * 100} % are refused; automatic after ${seconds(AUTOMATIC_AFTER_MS)}; a ` +
      `guest boots ${seconds(BOOT_MS)}; ${actions.join(', ')}.`,
    `Each host writes a heartbeat into the storage every ${seconds(POOL_BEAT_MS)}, from a ` +
      'process beside its agent: one that dies or pauses, and a management network that is away, ' +
      'leave it moving; a host that dies or hangs stops it, and a storage that hangs stops all.',
    `People come ${seconds(PEOPLE_MS)} after a VM went down, and repair a host in ` +
      `${seconds(REPAIR_MS)}. Mean hours between failures (${path}):`,
    table.map(({ id, unit, mtbfHours }) => `${id} ${mtbfHours} a ${unit}`).join(', '),
  ].join('\n');
}
