/**
 * Writes of NovaCron for VMs that were refused: each VM is tried again after a while, and an event
 * says why. Where a limit is set, a VM that was refused too often in a row is given up, until what
 * its refusal depends on has changed. One server that takes over tries each once more, but those
 * that the events call given up.
 */
import type { Problem } from '@novacron/contract/problem/problem';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { KernelDeps } from '../context/deps.ts';
import { eventChange } from '../events/events.ts';
import type { ReconcilerBudget } from '../reconcilers/reconciler.ts';
import type { Begun } from './platform-write.ts';

/** Backoff of a VM that was refused, doubled with each refusal up to the maximum. Unit: ms. */
const AGAIN_MS_MIN = 15_000;
const AGAIN_MS_MAX = 900_000;

/** Interval between comparisons of the circumstances of a VM that NovaCron gave up on. Unit: ms. */
const COMPARED_AGAIN_MS = 60_000;

/** Events that are looked at. */
const EVENTS_MAX = 10_000;

interface Refusal {
  readonly tries: number;
  readonly notBeforeMs: number;
  readonly detail: string;
  /** Circumstances of a VM when NovaCron gave up on it; null: NovaCron has not given up. */
  readonly circumstances: string | null;
}

/** Limit of consecutive refusals. */
export interface RefusalLimit {
  /** A VM that was refused as often in a row is given up. */
  readonly triesMax: number;
  /** Describes what refusals of a VM depend on: another text means that a try may be admitted. */
  readonly describeCircumstances: (row: VmRow) => Promise<string>;
}

/** A VM, and since when refusals of it count. */
export interface RefusedSince {
  readonly row: VmRow;
  /** Unit: ms since the Unix epoch. */
  readonly sinceMs: number;
}

/** The refusals of one reconciler. */
export interface RefusedWrites {
  /** Returns the time from which a VM may be retried; undefined if it was not refused. Unit: ms. */
  readonly notBeforeMs: (vmId: string) => number | undefined;
  /** Whether a VM is tried again only once its circumstances have changed. */
  readonly isGivenUp: (vmId: string) => boolean;
  /** Forgets all VMs but these. */
  readonly keepOnly: (vmIds: { readonly has: (id: string) => boolean }) => void;
  /** Reads which VMs another server has given up, and lets those be tried that may be admitted. */
  readonly compareCircumstances: (vms: readonly RefusedSince[]) => Promise<void>;
  /**
   * Notes how a write began. The same refusal is published once, and again when the VM is given up;
   * one for another reason again. A write that waits is tried again in the next round.
   */
  readonly note: (row: VmRow, begun: Begun, guard: ReconcilerBudget['guard']) => Promise<void>;
  /**
   * Gives a VM up whose writes began and were undone, until its circumstances change; once for each
   * number of attempts. The same reason is published once.
   */
  readonly giveUpAfter: (
    row: VmRow,
    failed: { readonly problem: Problem; readonly tries: number },
    guard: ReconcilerBudget['guard'],
  ) => Promise<void>;
  /**
   * Publishes why a VM is left as it is that is looked at in each round; the same reason once. It
   * does not wait.
   */
  readonly say: (row: VmRow, problem: Problem, guard: ReconcilerBudget['guard']) => Promise<void>;
}

/** Binary exponential backoff. @param tries - how often it was tried in vain, at least once */
export function backoffMs(tries: number): number {
  return Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** (tries - 1));
}

/**
 * The reason of a refusal for programs: what the problem says in `data.reason`, else its code.
 * Events carry it as `reason`.
 */
function reasonOf({ code, data }: Pick<Problem, 'code' | 'data'>): string {
  return typeof data?.reason === 'string' ? data.reason : code;
}

interface Published {
  readonly guard: ReconcilerBudget['guard'];
  /** Outcome in the data of the event; empty if the attempts continue. */
  readonly end: { readonly given_up?: true; readonly [name: string]: unknown };
}

/** A part that counts attempts of its own says itself when it gives a VM up. */
function endOf({ data }: Pick<Problem, 'data'>): Published['end'] {
  return data?.given_up === true ? { given_up: true, attempts: data.attempts } : {};
}

/**
 * @param type - of the event that a refusal leads to
 * @param limit - undefined: VMs are never given up
 */
export function refusedWrites(deps: KernelDeps, type: string, limit?: RefusalLimit): RefusedWrites {
  const refusals = new Map<string, Refusal>();
  /** Last published reasons why NovaCron gave up on VMs whose writes were rolled back. */
  const undone = new Map<string, string>();
  /** Ids of VMs for which the reports of other servers were read. */
  const read = new Set<string>();

  async function resume(vms: readonly RefusedSince[]): Promise<void> {
    const unread = vms.filter(({ row: { id } }) => !read.has(id));
    for (const { row } of unread) read.add(row.id);
    for (const [id, refusal] of await readGivenUp(deps, type, unread)) {
      if (!refusals.has(id)) refusals.set(id, refusal);
    }
  }

  async function compareOne(row: VmRow, { describeCircumstances }: RefusalLimit): Promise<void> {
    const { id } = row;
    const nowMs = deps.clock.nowMs();
    const known = refusals.get(id);
    if (known === undefined || known.circumstances === null || known.notBeforeMs > nowMs) return;
    const isSame = known.circumstances === (await describeCircumstances(row));
    // One that is tried again is given up at the next refusal.
    const notBeforeMs = isSame ? nowMs + COMPARED_AGAIN_MS : nowMs;
    refusals.set(id, isSame ? { ...known, notBeforeMs } : { ...known, circumstances: null });
  }

  async function publish(row: VmRow, problem: Problem, { guard, end }: Published): Promise<void> {
    const { detail, remedy } = problem;
    const said = { name: row.name, node: observedOf(row).node, reason: reasonOf(problem) };
    const event = {
      tenantId: row.tenant_id,
      type,
      source: 'healing',
      target: row.id,
      // Where people have to act at an operation, its incident has paged them already.
      priority: end.circumstances === undefined ? 'high' : 'critical',
      data: Object.assign(said, { detail, remedy }, end),
    } as const;
    await deps.store.commit([guard(), eventChange(deps, event)]);
  }

  return {
    notBeforeMs: (vmId) => refusals.get(vmId)?.notBeforeMs,
    isGivenUp: (vmId) => typeof refusals.get(vmId)?.circumstances === 'string',
    keepOnly: (vmIds) => {
      for (const id of refusals.keys()) if (!vmIds.has(id)) refusals.delete(id);
      for (const id of read) if (!vmIds.has(id)) read.delete(id);
      for (const id of undone.keys()) if (!vmIds.has(id)) undone.delete(id);
    },
    compareCircumstances: async (vms) => {
      if (limit === undefined) return;
      await resume(vms);
      for (const { row } of vms) await compareOne(row, limit);
    },
    note: async (row, begun, guard) => {
      if (begun.kind === 'started') refusals.delete(row.id);
      if (begun.kind !== 'refused') return;
      const { detail } = begun.problem;
      const before = refusals.get(row.id);
      const tries = (before?.tries ?? 0) + 1;
      const isGivenUp = limit !== undefined && tries >= limit.triesMax;
      const circumstances = isGivenUp ? await limit.describeCircumstances(row) : null;
      const waitMs = isGivenUp ? COMPARED_AGAIN_MS : backoffMs(tries);
      const notBeforeMs = deps.clock.nowMs() + waitMs;
      refusals.set(row.id, { tries, notBeforeMs, detail, circumstances });
      if (before?.detail === detail && tries !== limit?.triesMax) return;
      const end: Published['end'] = isGivenUp
        ? { given_up: true, attempts: tries, circumstances }
        : {};
      await publish(row, begun.problem, { guard, end });
    },
    giveUpAfter: async (row, { problem, tries }, guard) => {
      // It was given up then, and may be tried again since something has changed.
      if (limit === undefined || refusals.get(row.id)?.tries === tries) return;
      const { detail } = problem;
      const circumstances = await limit.describeCircumstances(row);
      const notBeforeMs = deps.clock.nowMs() + COMPARED_AGAIN_MS;
      refusals.set(row.id, { tries, notBeforeMs, detail, circumstances });
      if (undone.get(row.id) === detail) return;
      undone.set(row.id, detail);
      const end = { given_up: true, attempts: tries, circumstances } as const;
      await publish(row, problem, { guard, end });
    },
    say: async (row, problem, guard) => {
      const { detail } = problem;
      const before = refusals.get(row.id);
      if (before?.detail === detail && before.circumstances === null) return;
      const tries = before?.tries ?? 0;
      refusals.set(row.id, { tries, notBeforeMs: 0, detail, circumstances: null });
      await publish(row, problem, { guard, end: endOf(problem) });
    },
  };
}

/** VMs that another server has given up, by the last event of each. */
async function readGivenUp(
  { store }: KernelDeps,
  type: string,
  vms: readonly RefusedSince[],
): Promise<ReadonlyMap<string, Refusal>> {
  if (vms.length === 0) return new Map();
  const sinceOf = new Map<string, number>(vms.map(({ row, sinceMs }) => [row.id, sinceMs]));
  const events = await store.read({
    from: 'events',
    where: {
      target: { in: [...sinceOf.keys()] },
      type,
      at_ms: { from: Math.min(...sinceOf.values()) },
    },
    orderBy: { column: 'at_ms', direction: 'asc' },
    limit: EVENTS_MAX,
  });
  const given = new Map<string, Refusal>();
  for (const { target: id, at_ms: atMs, data_json } of events) {
    if (atMs < (sinceOf.get(id) ?? 0)) continue;
    const { circumstances, attempts, detail } =
      parseStored<Readonly<Record<string, unknown>>>(data_json) ?? {};
    given.delete(id);
    if (typeof circumstances !== 'string') continue;
    given.set(id, {
      tries: Number(attempts),
      notBeforeMs: 0,
      detail: String(detail),
      circumstances,
    });
  }
  return given;
}
