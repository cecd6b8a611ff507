/**
 * Stops healing, and lets it go on. Source of the idea: the maintenance mode of Pacemaker, paused
 * health checks of managed instance groups.
 */
import { readDeadline } from '@novacron/contract/formats/read-moment';
import type { HealingHold } from '@novacron/contract/healing/healing-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { HealingHoldRow } from '../../../ports/tables/incident-rows.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { commitAsked } from '../../kernel/admission/refuse-write.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { applies, HOLD_ALL } from '../../kernel/holds/find-hold.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';

interface Parts {
  readonly deps: CapabilityDeps;
  readonly onEvents: () => void;
}

/** A hold, and the one that it has replaced. */
export interface Held {
  readonly hold: HealingHold;
  readonly replaced: HealingHold | null;
}

/**
 * Holds healing. A hold of the same principal is replaced, that of another one only where that is
 * asked for. Problems: `conflict`, `forbidden`, `policy-denied`.
 */
export async function holdHealing(
  { deps, onEvents }: Parts,
  { all, reason, until, replace }: ParsedInputOf<'healing.hold'>,
  context: CallContext,
): Promise<Result<Held, Problem>> {
  const nowMs = deps.clock.nowMs();
  const found = await findScope(deps, all, context);
  if (!found.ok) return found;
  const row: HealingHoldRow = {
    id: found.value.id,
    tenant_id: context.principal.tenantId,
    reason,
    held_at_ms: nowMs,
    held_by: context.principal.name,
    until_ms: until === undefined ? null : (readDeadline(until, nowMs) ?? null),
  };
  if (!applies(row, nowMs)) {
    const message = 'is in the past';
    return err(
      problem('validation-failed', {
        detail: `The hold ends ${toTimestamp(row.until_ms ?? nowMs)}, which ${message}.`,
        remedy: 'Set a time in the future, or leave it out to hold until it is released.',
        fields: [{ path: ['until'], message }],
      }),
    );
  }
  const stored = found.value.row;
  const before = stored !== undefined && applies(stored, nowMs) ? stored : undefined;
  const isOfAnother = before !== undefined && before.held_by !== row.held_by;
  if (isOfAnother && !replace) return err(heldByAnother(before, all));
  const done = await commitHold(deps, context, {
    operation: 'healing.hold',
    id: row.id,
    before: stored === undefined ? null : holdFields(stored),
    wanted: holdFields(row),
    change: putHold(row, stored),
  });
  if (!done.ok) return done;
  onEvents();
  return ok({ hold: toHold(row), replaced: before === undefined ? null : toHold(before) });
}

function heldByAnother(row: HealingHoldRow, all: boolean): Problem {
  const { held_by, held_at, until, reason } = toHold(row);
  const whom = all ? 'for all tenants' : 'of this tenant';
  const end = until === null ? 'until it is released' : `until ${until}`;
  return problem('conflict', {
    detail: `Healing ${whom} is held by ${held_by} since ${held_at}, ${end}: ${reason}.`,
    remedy:
      'Leave it as it is, or ask them. To replace their hold with yours: novacron healing hold ' +
      `--replace${all ? ' --all' : ''} --reason REASON.`,
    data: { reason: 'held', held_by },
  });
}

/** Guard: the hold is as it was read. */
function putHold(row: HealingHoldRow, before: HealingHoldRow | undefined): Change {
  const otherwise = problem('conflict', {
    detail: 'Another request has changed the hold of healing at the same time.',
    remedy: 'See which holds there are (novacron healing status), and ask again.',
  });
  if (before === undefined) return { kind: 'insert', into: 'healing_holds', row, otherwise };
  const { id, ...set } = row;
  const { held_at_ms, held_by } = before;
  const expect = { held_at_ms, held_by };
  return { kind: 'update', table: 'healing_holds', id, set, expect, otherwise };
}

/** Ends a hold. Problems: `forbidden`, `not-found`, `policy-denied`. */
export async function releaseHealing(
  { deps, onEvents }: Parts,
  { all }: ParsedInputOf<'healing.release'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const found = await findScope(deps, all, context);
  if (!found.ok) return found;
  const { id, row } = found.value;
  if (row === undefined || !applies(row, deps.clock.nowMs())) {
    return err(
      problem('not-found', {
        detail: all ? 'Healing is not held for all.' : 'Healing of this tenant is not held.',
        remedy: 'See which holds there are: novacron healing status.',
      }),
    );
  }
  const done = await commitHold(deps, context, {
    operation: 'healing.release',
    id,
    before: holdFields(row),
    wanted: null,
    change: { kind: 'drop', from: 'healing_holds', id },
  });
  if (!done.ok) return done;
  onEvents();
  return ok({});
}

async function findScope(
  { store }: CapabilityDeps,
  all: boolean,
  { principal }: CallContext,
): Promise<Result<{ readonly id: string; readonly row: HealingHoldRow | undefined }, Problem>> {
  const platform = all ? await findPlatformTenant(store) : undefined;
  if (all && platform?.id !== principal.tenantId) {
    return err(
      problem('forbidden', {
        detail: 'Only administrators of the platform may hold healing for all tenants.',
        remedy: 'Leave `all` out to hold healing of your own tenant.',
      }),
    );
  }
  const id = all ? HOLD_ALL : principal.tenantId;
  const [row] = await store.read({ from: 'healing_holds', where: { id } });
  return ok({ id, row });
}

async function commitHold(
  deps: CapabilityDeps,
  context: CallContext,
  write: {
    readonly operation: 'healing.hold' | 'healing.release';
    readonly id: string;
    readonly before: FieldValues | null;
    readonly wanted: FieldValues | null;
    readonly change: Change;
  },
): Promise<Result<unknown, Problem>> {
  const { operation, id, before, wanted, change } = write;
  return commitAsked(deps, context, {
    operation,
    resourceKind: 'healing',
    target: { id, name: id === HOLD_ALL ? HOLD_ALL : 'healing' },
    before,
    wanted,
    changes: [change],
    events: [
      eventChange(deps, {
        tenantId: context.principal.tenantId,
        type: wanted === null ? 'healing.released' : 'healing.held',
        source: 'healing',
        target: id,
        priority: 'high',
        data: { ...(wanted ?? before), by: context.principal.name },
      }),
    ],
  });
}

function holdFields(row: HealingHoldRow) {
  const { scope, reason, until } = toHold(row);
  return { scope, reason, until };
}

/** A hold as answers carry it. */
export function toHold(row: HealingHoldRow): HealingHold {
  return {
    scope: row.id === HOLD_ALL ? 'all' : 'tenant',
    reason: row.reason,
    held_at: toTimestamp(row.held_at_ms),
    held_by: row.held_by,
    until: row.until_ms === null ? null : toTimestamp(row.until_ms),
  };
}
