/** The incidents of a simulated world: what each took down, and whether people were needed. */
import type { FaultClassId } from './fault-table.ts';
import type { Served } from './service.ts';
import type { Strike } from './strikes.ts';

/** One fault and what came of it. */
export interface Incident extends Strike {
  readonly fault: FaultClassId;
  readonly atMs: number;
  readonly affected: Set<string>;
  firstDownMs: number | undefined;
  /** Time of the last manual intervention; undefined if there was none. Unit: ms. */
  peopleAtMs: number | undefined;
  /** Since when all its VMs are up; undefined while some are not. Unit: ms. */
  upAtMs: number | undefined;
  endedAtMs: number | undefined;
}

/** Incidents of one world. */
export interface IncidentBook {
  readonly all: readonly Incident[];
  readonly open: () => readonly Incident[];
  readonly begin: (fault: FaultClassId, atMs: number, strike: Strike) => Incident;
  /** A VM went down: it belongs to the latest open incident that can have taken it down. */
  readonly noteDown: (vm: Served, nowMs: number) => Incident | undefined;
  /** The incident that a VM belongs to. */
  readonly of: (vmId: string) => Incident | undefined;
}

/** Opens an empty one. */
export function openIncidentBook(): IncidentBook {
  const all: Incident[] = [];
  let unended: Incident[] = [];
  const open = (): readonly Incident[] => {
    unended = unended.filter(({ endedAtMs }) => endedAtMs === undefined);
    return unended;
  };
  const of = (vmId: string): Incident | undefined =>
    open().findLast(({ vms }) => vms.includes(vmId)) ?? open().at(-1);
  return {
    all,
    open,
    of,
    begin: (fault, atMs, strike) => {
      const incident: Incident = {
        ...strike,
        fault,
        atMs,
        affected: new Set(),
        firstDownMs: undefined,
        peopleAtMs: undefined,
        upAtMs: undefined,
        endedAtMs: undefined,
      };
      all.push(incident);
      unended.push(incident);
      return incident;
    },
    noteDown: ({ id }, nowMs) => {
      const incident = of(id);
      if (incident === undefined) return undefined;
      incident.affected.add(id);
      incident.firstDownMs ??= nowMs;
      return incident;
    },
  };
}
