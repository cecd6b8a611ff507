/** Figures of the healing suite, in the form of `make bench`, and a table of the fault classes. */
import type { Incident } from './incident-book.ts';
import type { RackLossReport } from './rack-loss.ts';
import type { HealingReport } from './simulate-healing.ts';

/** One figure: a line of JSON. */
export interface HealingFigure {
  readonly figure: string;
  /** null where nothing of the kind happened. */
  readonly value: number | null;
  readonly unit: string;
  readonly goal: number;
  readonly better: 'lower' | 'higher';
  readonly ok: boolean;
  /** Of how many it was taken. */
  readonly n: number;
  readonly [further: string]: unknown;
}

const RECOVERED_GOAL = 0.95;
const AVAILABILITY_GOAL = 0.9995;
const DETECTED_MS_GOAL = 500;
const RESTARTED_MS_GOAL = 3_000;
const ELSEWHERE_MS_GOAL = 15_000;
const RACK_MS_GOAL = 300_000;
const NODE_HOURS_GOAL = 10_000;
const HOURS_PER_YEAR = 8_760;
const MS_PER_SECOND = 1_000;

/** Figures of all runs together. */
export function toFigures(
  reports: readonly HealingReport[],
  rack: RackLossReport | undefined,
): readonly HealingFigure[] {
  const sum = (of: (report: HealingReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  const all = reports.flatMap(({ incidents }) => incidents);
  const affecting = all.filter(({ affected }) => affected.size > 0);
  const recovered = affecting.filter(isRecovered);
  const vmHours = sum((report) => report.vmHours);
  const upHours = sum((report) => report.vmHours * report.availability);
  const nodeHours = sum(({ nodeHours: { all: hours } }) => hours);
  const awake = sum((report) => report.nodeHours.awake);
  const evictions = reports.flatMap(({ falseEvictions }) => falseEvictions);
  const times = (key: 'detectedMs' | 'restartedMs' | 'elsewhereMs'): readonly number[] =>
    reports.flatMap((report) => report[key]);
  return [
    atLeast('healing-recovered', RECOVERED_GOAL, {
      value: affecting.length === 0 ? null : recovered.length / affecting.length,
      n: affecting.length,
      incidents: all.length,
      note: 'of the incidents that took a VM down; the others harmed none',
    }),
    atLeast('healing-availability', AVAILABILITY_GOAL, {
      value: vmHours === 0 ? null : upHours / vmHours,
      n: Math.round(vmHours),
      node_years: round(nodeHours / HOURS_PER_YEAR, 2),
      note: 'n in VM hours; unknown is down',
    }),
    within('healing-detection-p99', {
      times: times('detectedMs'),
      share: 0.99,
      goal: DETECTED_MS_GOAL,
    }),
    within('healing-restart-p95', {
      times: times('restartedMs'),
      share: 0.95,
      goal: RESTARTED_MS_GOAL,
    }),
    within('healing-elsewhere-p95', {
      times: times('elsewhereMs'),
      share: 0.95,
      goal: ELSEWHERE_MS_GOAL,
    }),
    {
      figure: 'healing-false-evictions',
      value: evictions.length,
      unit: 'evictions',
      goal: 0,
      better: 'lower',
      ok: evictions.length === 0,
      n: Math.round(nodeHours),
      awake_node_hours: Math.round(awake),
      awake_node_hours_goal: NODE_HOURS_GOAL,
      note: 'n in node hours; all of them but the awake ones were skipped, as nothing happened',
    },
    ...(rack === undefined ? [] : [rackFigure(rack)]),
  ];
}

/** People were not needed. */
function isRecovered({ peopleAtMs }: Incident): boolean {
  return peopleAtMs === undefined;
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
export function describeClasses(reports: readonly HealingReport[]): string {
  const all = reports.flatMap(({ incidents }) => incidents);
  const classes = [...new Set(all.map(({ fault }) => fault))].sort();
  const rows = classes.map((fault) => {
    const own = all.filter((incident) => incident.fault === fault);
    const affecting = own.filter(({ affected }) => affected.size > 0);
    const downS = affecting.flatMap(({ firstDownMs, upAtMs }) =>
      firstDownMs === undefined || upAtMs === undefined
        ? []
        : [Math.round((upAtMs - firstDownMs) / MS_PER_SECOND)],
    );
    const evictions = reports.flatMap(({ falseEvictions }) => falseEvictions);
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

/** How long after the death of a host each stage of the recovery of its VMs was reached. */
export function describeStages(reports: readonly HealingReport[]): string {
  const stages = reports.flatMap(({ elsewhereStages }) => elsewhereStages);
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
  const head = ['after a host died', 'n', 'p50 s', 'p95 s', 'max s'];
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
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
