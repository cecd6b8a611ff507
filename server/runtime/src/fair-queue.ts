/**
 * A queue for each tenant, served in turn. A tenant that had more time than its turns were worth
 * waits until the others have had theirs. Source: M. Shreedhar, G. Varghese, Efficient Fair Queuing
 * Using Deficit Round Robin, SIGCOMM 1995; the cost of a job is known once it has run, so that it
 * is subtracted afterwards (surplus round robin).
 */

/** Time added to a tenant's allowance each turn. Unit: ms. */
const QUANTUM_MS = 20;

/** The jobs of one tenant, in order, and what it may still use. */
interface Line<Job> {
  readonly jobs: Job[];
  /** Negative while the tenant had more than its turns. Unit: ms. */
  creditMs: number;
}

/** Jobs of tenants. */
export interface FairQueue<Job> {
  /** @param end - `front` for a job that was taken before and did not run */
  readonly push: (tenantId: string, job: Job, end: 'back' | 'front') => void;
  /** The tenant whose turn it is among those that `mayServe` names; undefined where none waits. */
  readonly next: (mayServe: (tenantId: string) => boolean) => string | undefined;
  /** Takes the first jobs of a tenant, `max` at most. */
  readonly take: (tenantId: string, max: number) => readonly Job[];
  /** Counts time that a tenant's jobs took. */
  readonly charge: (tenantId: string, ms: number) => void;
  readonly lengthOf: (tenantId: string) => number;
  /** Takes everything. */
  readonly drain: () => readonly Job[];
}

/** Makes an empty one. */
export function createFairQueue<Job>(): FairQueue<Job> {
  /** In order of turns: a tenant that was served goes to the end. */
  const lines = new Map<string, Line<Job>>();

  function moveToEnd(tenantId: string, line: Line<Job>): void {
    lines.delete(tenantId);
    lines.set(tenantId, line);
  }

  function grantTurns(waiting: readonly (readonly [string, Line<Job>])[]): void {
    // As many rounds at once as the first of them needs to be served.
    const best = Math.max(...waiting.map(([, { creditMs }]) => creditMs));
    const rounds = Math.max(1, Math.ceil((1 - best) / QUANTUM_MS));
    for (const [, line] of waiting) line.creditMs += rounds * QUANTUM_MS;
  }

  return {
    push: (tenantId, job, end) => {
      const line = lines.get(tenantId) ?? { jobs: [], creditMs: QUANTUM_MS };
      if (end === 'back') line.jobs.push(job);
      else line.jobs.unshift(job);
      lines.set(tenantId, line);
    },
    next: (mayServe) => {
      const waiting = [...lines].filter(([id, { jobs }]) => jobs.length > 0 && mayServe(id));
      if (waiting.length === 0) return undefined;
      if (waiting.every(([, { creditMs }]) => creditMs <= 0)) grantTurns(waiting);
      const [tenantId, line] = waiting.find(([, { creditMs }]) => creditMs > 0) ?? [];
      if (tenantId === undefined || line === undefined) return undefined;
      moveToEnd(tenantId, line);
      return tenantId;
    },
    take: (tenantId, max) => lines.get(tenantId)?.jobs.splice(0, max) ?? [],
    charge: (tenantId, ms) => {
      const line = lines.get(tenantId);
      if (line === undefined) return;
      line.creditMs -= ms;
      // A tenant that asks for nothing saves nothing up, as in the source.
      if (line.jobs.length === 0) lines.delete(tenantId);
    },
    lengthOf: (tenantId) => lines.get(tenantId)?.jobs.length ?? 0,
    drain: () => {
      const all = [...lines.values()].flatMap(({ jobs }) => jobs);
      lines.clear();
      return all;
    },
  };
}
