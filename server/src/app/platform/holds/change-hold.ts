/**
 * Stops healing or automation, and lets it go on. Source of the idea: the maintenance mode of
 * Pacemaker, paused health checks of managed instance groups.
 */
import { readDeadline } from '@novacron/contract/formats/read-moment';
import type { Hold } from '@novacron/contract/operation/hold';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { HoldRow } from '../../../ports/tables/incident-rows.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { applies, type HeldWork, HOLD_ALL, HOLD_TABLES } from '../../kernel/holds/find-hold.ts';
import { HOLD, refuseEnd } from '../../kernel/write/refuse-end.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import type { CapabilityDeps } from '../deps.ts';
import { toHold } from './read-holds.ts';

/** Dependencies of holds and releases. */
export interface HoldParts {
  readonly deps: CapabilityDeps;
}

/** A hold, and the one that it has replaced. */
export interface Held {
  readonly hold: Hold;
  readonly replaced: Hold | null;
}

type HoldInput = ParsedInputOf<'healing.hold'> & {
  /** For a hold of automation: whether running operations are cancelled too. */
  readonly cancel?: boolean;
};

/** At the begin of a sentence. */
const TITLES: Readonly<Record<HeldWork, string>> = { healing: 'Healing', automation: 'Automation' };

/**
 * Holds something. A hold of the same principal is replaced, that of another one only where that is
 * asked for. Problems: `conflict`, `forbidden`, `policy-denied`.
 */
export async function hold(
  { deps }: HoldParts,
  work: HeldWork,
  { all, reason, until, replace, cancel }: HoldInput,
  context: CallContext,
): Promise<Result<Held, Problem>> {
  const nowMs = deps.clock.nowMs();
  const found = await findScope(deps, { work, all }, context);
  if (!found.ok) return found;
  const row: HoldRow = {
    id: found.value.id,
    tenant_id: context.principal.tenantId,
    reason,
    held_at_ms: nowMs,
    held_by: context.principal.name,
    until_ms: until === undefined ? null : (readDeadline(until, nowMs) ?? null),
  };
  const instead = 'leave it out to hold until it is released';
  const endMs = row.until_ms ?? Number.POSITIVE_INFINITY;
  const untimely = refuseEnd({ ...HOLD, endMs, instead }, nowMs);
  if (untimely !== undefined) return err(untimely);
  const stored = found.value.row;
  const before = stored !== undefined && applies(stored, nowMs) ? stored : undefined;
  const isOfAnother = before !== undefined && before.held_by !== row.held_by;
  if (isOfAnother && !replace) return err(heldByAnother(work, before, all));
  const done = await commitHold(deps, context, {
    work,
    verb: 'hold',
    id: row.id,
    before: stored === undefined ? null : holdFields(stored),
    wanted: { ...holdFields(row), ...(cancel === undefined ? {} : { cancel }) },
    change: putHold(work, row, stored),
  });
  if (!done.ok) return done;
  return ok({ hold: toHold(row), replaced: before === undefined ? null : toHold(before) });
}

function heldByAnother(work: HeldWork, row: HoldRow, all: boolean): Problem {
  const { held_by, held_at, until, reason } = toHold(row);
  const whom = all ? 'for all tenants' : 'of this tenant';
  const end = until === null ? 'until it is released' : `until ${until}`;
  return problem('conflict', {
    detail: `${TITLES[work]} ${whom} is held by ${held_by} since ${held_at}, ${end}: ${reason}.`,
    remedy:
      `Leave it as it is, or ask them. To replace their hold with yours: novacron ${work} hold ` +
      `--replace${all ? ' --all' : ''} --reason REASON.`,
    data: { reason: 'held', held_by },
  });
}

/** Guard: the hold is as it was read. */
function putHold(work: HeldWork, row: HoldRow, before: HoldRow | undefined): Change {
  const table = HOLD_TABLES[work];
  const otherwise = problem('conflict', {
    detail: `Another request has changed the hold of ${work} at the same time.`,
    remedy: `See which holds there are (novacron ${work} status), and ask again.`,
  });
  if (before === undefined) return { kind: 'insert', into: table, row, otherwise };
  const { id, ...set } = row;
  const { held_at_ms, held_by } = before;
  const expect = { held_at_ms, held_by };
  return { kind: 'update', table, id, set, expect, otherwise };
}

/** Ends a hold. Problems: `forbidden`, `not-found`, `policy-denied`. */
export async function release(
  { deps }: HoldParts,
  work: HeldWork,
  { all }: ParsedInputOf<'healing.release'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const found = await findScope(deps, { work, all }, context);
  if (!found.ok) return found;
  const { id, row } = found.value;
  if (row === undefined || !applies(row, deps.clock.nowMs())) {
    const title = TITLES[work];
    return err(
      problem('not-found', {
        detail: all ? `${title} is not held for all.` : `${title} of this tenant is not held.`,
        remedy: `See which holds there are: novacron ${work} status.`,
      }),
    );
  }
  const done = await commitHold(deps, context, {
    work,
    verb: 'release',
    id,
    before: holdFields(row),
    wanted: null,
    change: { kind: 'drop', from: HOLD_TABLES[work], id },
  });
  if (!done.ok) return done;
  return ok({});
}

async function findScope(
  { store }: CapabilityDeps,
  { work, all }: { readonly work: HeldWork; readonly all: boolean },
  { principal }: CallContext,
): Promise<Result<{ readonly id: string; readonly row: HoldRow | undefined }, Problem>> {
  const platform = all ? await findPlatformTenant(store) : undefined;
  if (all && platform?.id !== principal.tenantId) {
    return err(
      problem('forbidden', {
        detail: `Only administrators of the platform may hold ${work} for all tenants.`,
        remedy: `Leave \`all\` out to hold ${work} of your own tenant.`,
      }),
    );
  }
  const id = all ? HOLD_ALL : principal.tenantId;
  const [row] = await store.read({ from: HOLD_TABLES[work], where: { id } });
  return ok({ id, row });
}

async function commitHold(
  deps: CapabilityDeps,
  context: CallContext,
  write: {
    readonly work: HeldWork;
    readonly verb: 'hold' | 'release';
    readonly id: string;
    readonly before: FieldValues | null;
    readonly wanted: FieldValues | null;
    readonly change: Change;
  },
): Promise<Result<unknown, Problem>> {
  const { work, verb, id, before, wanted, change } = write;
  return commitObject(deps, context, {
    operation: `${work}.${verb}`,
    resourceKind: work,
    target: { id, name: id === HOLD_ALL ? HOLD_ALL : work },
    before,
    wanted,
    changes: [change],
    events: [
      eventChange(deps, {
        tenantId: context.principal.tenantId,
        type: `${work}.${verb === 'hold' ? 'held' : 'released'}`,
        source: work,
        target: id,
        priority: 'high',
        data: { ...(wanted ?? before), by: context.principal.name },
      }),
    ],
    answer: undefined,
  });
}

function holdFields(row: HoldRow) {
  const { scope, reason, until } = toHold(row);
  return { scope, reason, until };
}
