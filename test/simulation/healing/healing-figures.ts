/** Figures of the healing suite, in the form of `make bench`, and tables for people. */
import { nearestRank } from '@novacron/engine/nearest-rank';
import type { RackLossReport } from './rack-loss.ts';
import type { SeedResult } from './seed-result.ts';

/** One figure: a line of JSON. */
export interface HealingFigure {
  readonly figure: string;
  /** null where nothing of the kind happened. */
  readonly value: number | null;
  readonly unit: string;
  readonly goal: number;
  readonly better: 'lower' | 'higher';
  readonly ok: boolean;
  /** Sample size. */
  readonly n: number;
  readonly [further: string]: unknown;
}

const RECOVERED_GOAL = 0.95;
const AVAILABILITY_GOAL = 0.9995;
const DETECTED_MS_GOAL = 500;
const RESTARTED_MS_GOAL = 3_000;
const ELSEWHERE_MS_GOAL = 15_000;
/** The lease, 1 % for the drift of clocks, and 10 s. */
const TIME_FENCE_MS_GOAL = 70_600;
const RACK_MS_GOAL = 300_000;
const NODE_HOURS_GOAL = 10_000;
const HOURS_PER_YEAR = 8_760;
const MS_PER_SECOND = 1_000;

type Result = SeedResult;
type Incident = Result['incidents'][number];

/** Figures of all seeds together. */
export function toFigures(
  results: readonly Result[],
  rack: RackLossReport | undefined,
): readonly HealingFigure[] {
  const sum = (of: (result: Result) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const all = results.flatMap(({ incidents }) => incidents);
  const affecting = all.filter(({ vms }) => vms > 0);
  const recovered = affecting.filter(isRecovered);
  const vmHours = sum(({ vm_hours }) => vm_hours);
  const nodeHours = sum(({ node_hours }) => node_hours);
  return [
    atLeast('healing-recovered', RECOVERED_GOAL, {
      value: affecting.length === 0 ? null : recovered.length / affecting.length,
      n: affecting.length,
      incidents: all.length,
      note: 'of the incidents that took a VM down; the others harmed none',
    }),
    atLeast('healing-availability', AVAILABILITY_GOAL, {
      value: vmHours === 0 ? null : sum(({ up_hours }) => up_hours) / vmHours,
      n: Math.round(vmHours),
      node_years: round(nodeHours / HOURS_PER_YEAR, 2),
      note: 'n in VM hours; unknown is down',
    }),
    within('healing-detection-p99', {
      times: results.flatMap(({ detected_ms }) => detected_ms),
      share: 0.99,
      goal: DETECTED_MS_GOAL,
    }),
    within('healing-restart-p95', {
      times: results.flatMap(({ restarted_ms }) => restarted_ms),
      share: 0.95,
      goal: RESTARTED_MS_GOAL,
    }),
    ...elsewhereFigures(results),
    evictionFigure(results, nodeHours),
    doubleFigure(results),
    leftFigure(results),
    ...(rack === undefined ? [] : [rackFigure(rack)]),
  ];
}

function elsewhereFigures(results: readonly Result[]): readonly HealingFigure[] {
  const of = (fence: Result['fence']): readonly number[] =>
    results
      .filter((result) => result.fence === fence)
      .flatMap(({ elsewhere }) => elsewhere.map(({ serves }) => serves));
  return [
    within('healing-elsewhere-p95', { times: of('power'), share: 0.95, goal: ELSEWHERE_MS_GOAL }),
    within('healing-storage-fence-p95', {
      times: of('storage'),
      share: 0.95,
      goal: ELSEWHERE_MS_GOAL,
    }),
    within('healing-time-fence-max', { times: of('time'), share: 1, goal: TIME_FENCE_MS_GOAL }),
  ];
}

function evictionFigure(results: readonly Result[], nodeHours: number): HealingFigure {
  const evictions = results.flatMap(({ false_evictions }) => false_evictions).length;
  const awake = results.reduce((total, { awake_node_hours: hours }) => total + hours, 0);
  return {
    figure: 'healing-false-evictions',
    value: evictions,
    unit: 'evictions',
    goal: 0,
    better: 'lower',
    ok: evictions === 0,
    n: Math.round(nodeHours),
    awake_node_hours: Math.round(awake),
    awake_node_hours_goal: NODE_HOURS_GOAL,
    note: 'n in node hours; all of them but the awake ones were skipped, as nothing happened',
  };
}

function doubleFigure(results: readonly Result[]): HealingFigure {
  const seeds = results.filter(({ violations }) => violations.length > 0).length;
  return {
    figure: 'healing-broken-promises',
    value: seeds,
    unit: 'seeds',
    goal: 0,
    better: 'lower',
    ok: seeds === 0,
    n: results.length,
    note: 'VMs that are live twice, groups below their budget, drift, errors, and the like',
  };
}

/**
 * Returns the figure for copies that outlive a fence: a known limit, not a broken promise; see
 * docs/explanation/simulation.md.
 */
function leftFigure(results: readonly Result[]): HealingFigure {
  const left = results.flatMap((result) => result.left);
  const longestOf = (kind: Result['left'][number]['kind']): number =>
    Math.max(0, ...left.filter((each) => each.kind === kind).map(({ forMs }) => forMs));
  return {
    figure: 'healing-copies-left',
    value: left.length,
    unit: 'VMs',
    goal: 0,
    better: 'lower',
    ok: left.length === 0,
    n: results.reduce((total, { elsewhere }) => total + elsewhere.length, 0),
    answers_ms_max: longestOf('answers'),
    resumed_ms_max: longestOf('resumed'),
    note: 'copies that answer after the storage has cut them off, or write on a resumed host',
  };
}

/** People were not needed. */
function isRecovered({ people }: Incident): boolean {
  return people === 'not needed';
}

function atLeast(
  figure: string,
  goal: number,
  {
    value,
    ...further
  }: { readonly value: number | null; readonly n: number } & Record<string, unknown>,
): HealingFigure {
  const ok = value === null || value >= goal;
  return {
    figure,
    value: value === null ? null : round(value, 6),
    unit: 'ratio',
    goal,
    better: 'higher',
    ok,
    ...further,
  };
}

function within(
  figure: string,
  {
    times,
    share,
    goal,
  }: { readonly times: readonly number[]; readonly share: number; readonly goal: number },
): HealingFigure {
  const value = percentile(times, share) ?? null;
  return {
    figure,
    value,
    unit: 'ms',
    goal,
    better: 'lower',
    ok: value === null || value <= goal,
    n: times.length,
    note: 'virtual time, with the latencies of the simulator',
  };
}

function rackFigure({ nodes, vms, recoveredMs, hasRecovered }: RackLossReport): HealingFigure {
  return {
    figure: 'healing-rack-loss',
    value: recoveredMs,
    unit: 'ms',
    goal: RACK_MS_GOAL,
    better: 'lower',
    ok: hasRecovered && recoveredMs <= RACK_MS_GOAL,
    n: vms,
    nodes,
    note: 'virtual time, from the confirmation by people that the nodes of the rack are dead',
  };
}

/** A line for each class of faults, with its number of incidents. */
export function describeClasses(results: readonly Result[]): string {
  const all = results.flatMap(({ incidents }) => incidents);
  const classes = [...new Set(all.map(({ fault }) => fault))].sort();
  const evictions = results.flatMap(({ false_evictions }) => false_evictions);
  const rows = classes.map((fault) => {
    const own = all.filter((incident) => incident.fault === fault);
    const affecting = own.filter(({ vms }) => vms > 0);
    const downS = affecting.flatMap(({ down_ms: ms }) =>
      ms === null ? [] : [Math.round(ms / MS_PER_SECOND)],
    );
    return [
      fault,
      own.length,
      affecting.length,
      affecting.filter(isRecovered).length,
      percentile(downS, 0.5) ?? '-',
      percentile(downS, 0.95) ?? '-',
      evictions.filter((line) => line.endsWith(`after ${fault}`)).length,
    ];
  });
  const head = [
    'class',
    'n',
    'VMs down',
    'without people',
    'down p50 s',
    'p95 s',
    'false evictions',
  ];
  return [head, ...rows].map((cells) => toLine(cells)).join('\n');
}

/** Describes the time from the death of a host to each stage of the recovery of its VMs. */
export function describeStages(results: readonly Result[]): string {
  return (['power', 'storage', 'time'] as const)
    .map((fence) => [fence, results.filter((result) => result.fence === fence)] as const)
    .filter(([, own]) => own.length > 0)
    .map(([fence, own]) => describeFence(fence, own))
    .join('\n\n');
}

function describeFence(fence: Result['fence'], results: readonly Result[]): string {
  const stages = results.flatMap(({ elsewhere }) => elsewhere);
  const inSeconds = (ms: number | undefined): string =>
    ms === undefined ? '-' : (ms / MS_PER_SECOND).toFixed(1);
  const rows = STAGES.map((stage) => {
    const times = stages.flatMap(({ [stage]: ms }) => (ms === undefined ? [] : [ms]));
    return [
      stage,
      times.length,
      inSeconds(percentile(times, 0.5)),
      inSeconds(percentile(times, 0.95)),
      inSeconds(percentile(times, 1)),
    ];
  });
  const head = [`host dead, ${fence}`, 'n', 'p50 s', 'p95 s', 'max s'];
  return [head, ...rows].map((cells) => toLine(cells)).join('\n');
}

const STAGES = ['lost', 'cut', 'fenced', 'runs', 'serves'] as const;

const COLUMNS = [20, 7, 10, 16, 12, 8, 17] as const;

function toLine(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) => {
      const width = COLUMNS[index] ?? 0;
      return index === 0 ? String(cell).padEnd(width) : String(cell).padStart(width);
    })
    .join('');
}

function percentile(values: readonly number[], share: number): number | undefined {
  return nearestRank(
    values.toSorted((left, right) => left - right),
    share,
  );
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
