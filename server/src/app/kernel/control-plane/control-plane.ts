/**
 * The identity of this server towards agents: the control plane of its store, and the newest term
 * there. Every start of a server begins a term, and so does one of the servers from time to time;
 * a term is committed before anything is sent under it. Servers that share a store share its newest
 * term. docs/decisions/0028 has the reasons.
 */
import type { ControlPlaneClaim, ControlPlaneTerm } from '@novacron/contract/fleet/control-plane';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Ids } from '../../../ports/ids.ts';
import type { Change, Store } from '../../../ports/store.ts';
import type { ControlPlaneTermRow } from '../../../ports/tables/control-plane-rows.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';

/**
 * The newest terms that a store keeps, those of more than a year: an agent that missed more has to
 * be taken over.
 */
export const TERMS_KEPT_MAX = 10_000;

/**
 * Age at which a term is replaced while servers run: agents refuse an older copy of the store.
 * Unit: ms.
 */
export const TERM_MS = 3_600_000;

/** More rounds than servers start at the same moment. */
const ROUNDS_MAX = 16;

/** The latest terms that every claim names, for agents that missed them. */
const LATEST_NAMED = 8;

/**
 * Time after which a term that is not in the store is treated as a term of another store. Unit: ms.
 */
const OTHER_MS = 5_000;

const UNREADABLE = 'the terms of the control plane cannot be read';

/** The ports that it needs. */
export interface ControlPlanePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
}

/** A claim, or that the term is one of another control plane. */
export type Standing = ControlPlaneClaim | 'other';

/** The control plane of a store. */
export interface ControlPlane {
  /**
   * Begins the term of this start of a server; later calls answer the newest term that is known.
   * Problems: those of the store, and `conflict` when too many servers start at once.
   */
  readonly begin: () => Promise<Result<ControlPlaneTerm, Problem>>;
  /**
   * Returns what to claim towards an agent.
   * @param followed - the term that the agent follows, as it said last; undefined if it said none
   * @returns `other` if that term is not one of this store; `unavailable` if the store cannot be
   *   read
   */
  readonly claimFor: (followed: ControlPlaneTerm | undefined) => Promise<Result<Standing, Problem>>;
  /**
   * Whether a sender that agents refused is a server of another store: also one whose term was
   * taken over, as its server runs on. False while the store cannot be read.
   */
  readonly isForeign: (sender: ControlPlaneTerm) => Promise<boolean>;
  /** Reads the terms again, after they were changed. */
  readonly refresh: () => Promise<void>;
  /**
   * Begins a new term if the newest one is at least {@link TERM_MS} old.
   * @param guard - a change that fails if this server may not do so any more
   * @returns the newest term. Problems: those of the store, and of the guard
   */
  readonly rotate: (guard: Change) => Promise<Result<ControlPlaneTerm, Problem>>;
}

/** Known terms of the store. */
interface Lineage {
  readonly newest: ControlPlaneTerm;
  /** The terms that the newest one follows, own ones and those that were taken over. */
  readonly earlier: ReadonlySet<string>;
  /** Those of other stores that were taken over. */
  readonly takenOver: ReadonlySet<string>;
  /** The own ones before the newest, latest first: at most {@link LATEST_NAMED}. */
  readonly latest: readonly string[];
}

/** Makes the control plane of a store; the first use begins a term. */
export function createControlPlane(deps: ControlPlanePorts): ControlPlane {
  const others = new Map<string, number>();
  let lineage: Lineage | undefined;
  let beginning: Promise<Result<ControlPlaneTerm, Problem>> | undefined;
  let reading: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;

  function begin(): Promise<Result<ControlPlaneTerm, Problem>> {
    if (lineage !== undefined) return Promise.resolve(ok(lineage.newest));
    beginning ??= beginOnce().finally(() => {
      beginning = undefined;
    });
    return beginning;
  }

  async function beginOnce(): Promise<Result<ControlPlaneTerm, Problem>> {
    const begun = await beginTerm(deps, { kind: 'start' });
    if (!begun.ok) return begun;
    lineage = begun.value;
    return ok(begun.value.newest);
  }

  /** A reading that starts after the call; calls that wait for one share it. */
  function refresh(): Promise<void> {
    queued ??= reading.then(() => {
      queued = undefined;
      const read = readTerms(deps).then((rows) => {
        lineage = lineageOf(rows) ?? lineage;
      });
      reading = read.catch(() => undefined);
      return read;
    });
    return queued;
  }

  function isKnown({ term }: ControlPlaneTerm): boolean {
    return lineage?.newest.term === term || lineage?.earlier.has(term) === true;
  }

  /** Another server may have begun or taken over the term, so the store is read again. */
  async function isOther(followed: ControlPlaneTerm): Promise<boolean> {
    if (isKnown(followed)) return false;
    const sinceMs = others.get(followed.term);
    if (sinceMs !== undefined && deps.clock.nowMs() - sinceMs < OTHER_MS) return true;
    await refresh();
    if (isKnown(followed)) return false;
    rememberOther(followed);
    return true;
  }

  function rememberOther({ term }: ControlPlaneTerm): void {
    const nowMs = deps.clock.nowMs();
    for (const [each, sinceMs] of others) if (nowMs - sinceMs >= OTHER_MS) others.delete(each);
    others.set(term, nowMs);
  }

  async function rotate(guard: Change): Promise<Result<ControlPlaneTerm, Problem>> {
    const begun = await beginTerm(deps, { kind: 'rotation', guard });
    if (!begun.ok) return begun;
    lineage = begun.value;
    return ok(begun.value.newest);
  }

  return {
    begin,
    refresh,
    rotate,
    isForeign: async (sender) => {
      try {
        const isOfOtherStore = await isOther(sender);
        return isOfOtherStore || lineage?.takenOver.has(sender.term) === true;
      } catch (cause) {
        deps.logger.warn({ cause }, UNREADABLE);
        return false;
      }
    },
    claimFor: async (followed) => {
      try {
        const begun = await begin();
        if (!begun.ok) return begun;
        if (followed !== undefined && (await isOther(followed))) return ok('other');
        const { newest = begun.value, latest = [] } = lineage ?? {};
        const after = followed === undefined ? latest : [...latest, followed.term];
        return ok({ ...newest, after: [...new Set(after)].filter((term) => term !== newest.term) });
      } catch (cause) {
        deps.logger.warn({ cause }, UNREADABLE);
        return err(unreadable());
      }
    },
  };
}

/** Reason why a server begins a term. */
type TermBeginning =
  | { readonly kind: 'start' }
  /** @property guard - a change that is committed with the term */
  | { readonly kind: 'rotation'; readonly guard: Change };

/** Commits the next term; a rotation finds that there is a young one already. */
async function beginTerm(
  deps: ControlPlanePorts,
  beginning: TermBeginning,
): Promise<Result<Lineage, Problem>> {
  const { kind } = beginning;
  // A rotation is repeated by its reconciler.
  const roundsMax = kind === 'rotation' ? 1 : ROUNDS_MAX;
  for (let round = 1; ; round += 1) {
    const rows = await readTerms(deps);
    const current = lineageOf(rows);
    if (kind === 'rotation' && current !== undefined && isYoung(deps, rows)) return ok(current);
    const row = nextTerm(deps, rows, { kind, begunBy: OWN_PRINCIPALS.server });
    const outdated = outdatedTerms(rows);
    const done = await deps.store.commit([
      ...(kind === 'rotation' ? [beginning.guard] : []),
      termChange(row),
      ...outdated.map(({ id }): Change => ({ kind: 'drop', from: 'control_plane_terms', id })),
    ]);
    if (done.ok) {
      const made = lineageOf([row, ...rows.filter((each) => !outdated.includes(each))]);
      if (made !== undefined) return ok(made);
    } else if (done.error.code !== 'conflict' || round === roundsMax) return done;
  }
}

/** A clock that was set back makes no term young for longer. */
function isYoung(
  { clock }: Pick<ControlPlanePorts, 'clock'>,
  rows: readonly ControlPlaneTermRow[],
): boolean {
  const { begun_at_ms = 0 } = newestOf(rows) ?? {};
  return Math.abs(clock.nowMs() - begun_at_ms) < TERM_MS;
}

/** Reads all terms: at most {@link TERMS_KEPT_MAX} of this store and those taken over by them. */
export function readTerms({
  store,
}: Pick<ControlPlanePorts, 'store'>): Promise<readonly ControlPlaneTermRow[]> {
  return store.read({ from: 'control_plane_terms' });
}

/** Returns the newest own term; undefined before the first. */
export function newestOf(rows: readonly ControlPlaneTermRow[]): ControlPlaneTermRow | undefined {
  return rows.reduce<ControlPlaneTermRow | undefined>(
    (newest, row) => ((row.position ?? 0) > (newest?.position ?? 0) ? row : newest),
    undefined,
  );
}

/** Makes the term after the newest one. */
export function nextTerm(
  { ids, clock }: Pick<ControlPlanePorts, 'ids' | 'clock'>,
  rows: readonly ControlPlaneTermRow[],
  {
    kind,
    begunBy,
  }: { readonly kind: 'start' | 'rotation' | 'take-over'; readonly begunBy: string },
): ControlPlaneTermRow {
  const newest = newestOf(rows);
  return {
    id: ids.next('term'),
    control_plane_id: newest?.control_plane_id ?? ids.next('cp'),
    position: (newest?.position ?? 0) + 1,
    successor: null,
    kind,
    begun_at_ms: clock.nowMs(),
    begun_by: begunBy,
  };
}

/** Adds a term. Guard: no other server has begun one after the same term. */
export function termChange(row: ControlPlaneTermRow): Change {
  const otherwise = problem('conflict', {
    detail: 'Another server began a term of this control plane at the same time.',
    remedy: 'Send the request again.',
  });
  return { kind: 'insert', into: 'control_plane_terms', row, otherwise };
}

/** The terms that are forgotten when one more begins, and what was taken over by them. */
function outdatedTerms(rows: readonly ControlPlaneTermRow[]): readonly ControlPlaneTermRow[] {
  const last = (newestOf(rows)?.position ?? 0) + 1 - TERMS_KEPT_MAX;
  const positions = new Map(rows.map(({ id, position }) => [id, position]));
  return rows.filter((row) => (row.position ?? positions.get(row.successor ?? '') ?? 0) <= last);
}

/** Returns a term as reported to agents. */
export function toTerm({ id, control_plane_id, position }: ControlPlaneTermRow): ControlPlaneTerm {
  return { id: control_plane_id, term: id, number: position ?? 0 };
}

function lineageOf(rows: readonly ControlPlaneTermRow[]): Lineage | undefined {
  const newest = newestOf(rows);
  if (newest === undefined) return undefined;
  const earlier = new Set(rows.filter(({ id }) => id !== newest.id).map(({ id }) => id));
  const takenOver = new Set(rows.filter(({ position }) => position === null).map(({ id }) => id));
  const latest = rows
    .filter(({ id, position }) => position !== null && id !== newest.id)
    .toSorted((a, b) => (b.position ?? 0) - (a.position ?? 0))
    .slice(0, LATEST_NAMED)
    .map(({ id }) => id);
  return { newest: toTerm(newest), earlier, takenOver, latest };
}

function unreadable(): Problem {
  return problem('unavailable', {
    detail: 'The database cannot be read, so the term of the control plane is unknown.',
    remedy: 'No action is required: the server tries again.',
  });
}
