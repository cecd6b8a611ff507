/**
 * Runs the healing suite from one seed after another, and prints its figures. Each seed is a line
 * that can be kept in a file: a run that was ended goes on from there, and several are merged.
 */
import { appendFileSync } from 'node:fs';
import { seedAt } from '../run-seeds.ts';
import { type FaultClass, readFaultTable } from './fault-table.ts';
import { AUTOMATIC_AFTER_MS, FAILING_RATIO, POWER_OFF_MS } from './fence-devices.ts';
import { describeClasses, describeStages, toFigures } from './healing-figures.ts';
import type { FenceLevel } from './healing-world.ts';
import { LATENCIES } from './hosts.ts';
import { SMALL_SHAPE } from './make-fleet.ts';
import { PEOPLE_MS } from './people.ts';
import { POOL_BEAT_MS } from './pool-heartbeats.ts';
import { type RackLossReport, simulateRackLoss } from './rack-loss.ts';
import { failedResult, readResults, type SeedResult, toResult } from './seed-result.ts';
import { BOOT_MS } from './service.ts';
import { simulateHealing } from './simulate-healing.ts';
import { REPAIR_MS } from './strikes.ts';

/** Incidents of one seed: its store grows, and its first VMs take as long as ten of them. */
const INCIDENTS_PER_SEED = 50;

/** Fences of the fleets of four consecutive seeds. */
const FENCES: readonly FenceLevel[] = ['power', 'time', 'power', 'storage'];

/** Parameters of the runs. */
export interface HealingRuns {
  readonly seed: string;
  /** Number of incidents of all seeds together. */
  readonly incidents: number;
  /** Path of the table of faults. */
  readonly faults: string;
  /** Whether the loss of a large rack is run as well. */
  readonly rack: 'run' | 'left-out';
  /** Fence of all seeds; by default the fence at each seed's place in a row of four. */
  readonly fence?: FenceLevel | undefined;
  /** Files with lines of earlier runs; new lines are added to the first one. */
  readonly results?: readonly string[] | undefined;
  /** Begins no seed when it says so, and prints the figures of those that have ended. */
  readonly isOver?: (() => boolean) | undefined;
}

interface Output {
  readonly write: (text: string) => unknown;
}

/**
 * Lines of seeds and figures are JSON on `out`; everything for people is on `notes`. A goal that
 * is missed is said there, and is no failure of the run.
 * @returns the exit code: 0 when all that must hold held, 1 when not, 2 for wrong usage
 */
export async function runHealing(
  runs: HealingRuns,
  { out, notes }: { readonly out: Output; readonly notes: Output },
): Promise<number> {
  const { seed, incidents, faults, rack, results: paths = [], isOver = () => false } = runs;
  if (!Number.isInteger(incidents) || incidents < 1) {
    notes.write('INCIDENTS must be a whole number of 1 or more.\n');
    return 2;
  }
  const table = readFaultTable(faults);
  notes.write(`${describeAssumptions(table, faults)}\n`);
  const results = [...readResults(paths)];
  const known = new Set(results.map((each) => each.seed));
  let left = incidents - results.reduce((sum, each) => sum + each.incidents.length, 0);
  for (let index = 0; left > 0 && !isOver(); index += 1) {
    const own = seedAt(seed, index);
    if (known.has(own)) continue;
    const count = Math.min(INCIDENTS_PER_SEED, left);
    const result = await runSeed(runs, { seed: own, index, table, incidents: count });
    left -= count;
    results.push(result);
    const line = `${JSON.stringify(result)}\n`;
    if (paths[0] !== undefined) appendFileSync(paths[0], line);
    out.write(line);
    notes.write(`${describeResult(result)}\n`);
  }
  const lost = rack === 'run' && !isOver() ? await simulateRackLoss(seed) : undefined;
  notes.write(`\n${describeClasses(results)}\n\n${describeStages(results)}\n\n`);
  for (const figure of toFigures(results, lost)) out.write(`${JSON.stringify(figure)}\n`);
  return endOf(results, lost, notes);
}

function endOf(
  results: readonly SeedResult[],
  lost: RackLossReport | undefined,
  notes: Output,
): number {
  const broken = results.filter(({ violations }) => violations.length > 0);
  for (const { seed, violations } of broken)
    notes.write(`seed ${seed}: ${violations.join('\n')}\n`);
  notes.write(lost === undefined ? '' : lost.violations.map((each) => `${each}\n`).join(''));
  return broken.length > 0 || (lost?.violations.length ?? 0) > 0 ? 1 : 0;
}

/** One that breaks a promise is a line as well: the others are run all the same. */
async function runSeed(
  runs: HealingRuns,
  of: {
    readonly seed: string;
    readonly index: number;
    readonly table: readonly FaultClass[];
    readonly incidents: number;
  },
): Promise<SeedResult> {
  const { seed, index, table, incidents } = of;
  const fence = runs.fence ?? fenceOf(seed, index);
  try {
    return toResult(await simulateHealing({ seed, table, incidents, shape: SMALL_SHAPE, fence }));
  } catch (cause) {
    return failedResult({ seed, fence }, cause);
  }
}

/** The same for each run that has the seed, wherever it begins. */
function fenceOf(seed: string, index: number): FenceLevel {
  const place = /^\d+$/.test(seed) ? Number(BigInt(seed) % BigInt(FENCES.length)) : index;
  return FENCES[place % FENCES.length] ?? 'power';
}

/** A line about a seed, and one for each thing that must not happen. */
function describeResult(result: SeedResult): string {
  const { seed, fence, incidents, violations, false_evictions: evictions } = result;
  const line =
    `healing of seed ${seed}: fence by ${fence}, ${incidents.length} incidents, ` +
    `${incidents.filter(({ people }) => people === 'needed').length} with people, ` +
    `${Math.round(result.node_hours)} node hours, ` +
    `${Math.round(result.awake_node_hours)} of them awake, ` +
    `${evictions.length} false evictions, trace ${result.trace}`;
  return [
    line,
    ...evictions.map((each) => `  powered off: ${each}`),
    ...violations.map((each) => `  FAILED: ${each}`),
  ].join('\n');
}

function describeAssumptions(table: readonly FaultClass[], path: string): string {
  const { racks, nodesPerRack, zones, vms, members = 0 } = SMALL_SHAPE;
  const seconds = (ms: number): string => `${ms / 1_000} s`;
  const actions = Object.entries(LATENCIES).map(
    ([name, { min, max }]) => `${name} ${min} to ${max} ms`,
  );
  return [
    `Assumptions: ${racks * nodesPerRack} nodes, ${racks} racks, ${zones} zones, ` +
      `${vms + members} VMs on one shared storage, ${members} of them in a group of which one ` +
      'may be down, all with restart = on-failure and on_node_loss = restart. Of four seeds two ' +
      'have management controllers, one has a fence of the storage, and one watchdogs alone, ' +
      'with stop_when_isolated.',
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
