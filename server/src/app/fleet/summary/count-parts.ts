/** The arithmetic of a summary: groups that the database has counted, as answers contain them. */
import type { FleetSummary } from '@novacron/contract/monitoring/summary-operations';
import type { TallyGroup } from '../../../ports/store.ts';

type PartOf<Name extends keyof FleetSummary> = NonNullable<FleetSummary[Name]>;

/** Numbers by a word. */
export type Counts = Readonly<Record<string, number>>;

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}

/**
 * Counts groups by one of their values.
 * @param at - the place of the column in the tally
 * @returns groups whose value is null are not among them
 */
export function countBy(groups: readonly TallyGroup[], at = 0): Counts {
  const counts: Record<string, number> = {};
  for (const { values, total } of groups) {
    const word = values[at];
    if (word !== null && word !== undefined) counts[word] = (counts[word] ?? 0) + total;
  }
  return counts;
}

/** Moves some of what has one word to another word; words of which nothing is left are absent. */
export function moveCount(counts: Counts, from: string, to: string, moved: number): Counts {
  if (moved === 0) return counts;
  const next = { ...counts, [to]: (counts[to] ?? 0) + moved };
  const left = (counts[from] ?? 0) - moved;
  return Object.fromEntries(
    Object.entries({ ...next, [from]: left }).filter(([, total]) => total > 0),
  );
}

/** Nodes by status and zone, of a tally of nodes by zone and status. */
export function countNodes(groups: readonly TallyGroup[]): PartOf<'nodes'> {
  const zones = Object.keys(countBy(groups, 0)).toSorted();
  const byStatus = countBy(groups, 1);
  return {
    total: sumOf(byStatus),
    by_status: byStatus,
    zones: zones.map((zone) => {
      const own = countBy(
        groups.filter(({ values }) => values[0] === zone),
        1,
      );
      return { zone, total: sumOf(own), by_status: own };
    }),
  };
}

/** A VM group: whether it is being changed, how many members it is to have, how many serve. */
export interface GroupSize {
  readonly isBusy: boolean;
  readonly size: number;
  readonly serving: number;
}

/** VM groups by the status that `vm_group.list` shows. */
export function countGroups(groups: readonly GroupSize[]): PartOf<'groups'> {
  const counts: Record<string, number> = {};
  for (const { isBusy, size, serving } of groups) {
    const status = isBusy ? 'changing' : serving >= size ? 'ready' : 'degraded';
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return { total: groups.length, by_status: counts };
}

/** Incidents that are open, of a tally of them by state and severity. */
export function countIncidents(groups: readonly TallyGroup[]): PartOf<'incidents'> {
  const states = countBy(groups, 0);
  return {
    open: sumOf(states),
    unacknowledged: states.open ?? 0,
    by_severity: countBy(groups, 1),
  };
}

/** Resources that have drifted, of a tally of records by status and severity. */
export function countDrift(groups: readonly TallyGroup[]): PartOf<'drift'> {
  const statuses = countBy(groups, 0);
  const open = groups.filter(({ values }) => values[0] === 'open');
  return {
    open: statuses.open ?? 0,
    by_severity: countBy(open, 1),
    tampered: statuses.tampered ?? 0,
  };
}

/** Alerts that are not resolved, of a tally of them by state and severity. */
export function countAlerts(groups: readonly TallyGroup[]): PartOf<'alerts'> {
  const { open = 0, acknowledged = 0, silenced = 0 } = countBy(groups, 0);
  return { open, acknowledged, silenced, by_severity: countBy(groups, 1) };
}
