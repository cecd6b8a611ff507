/** Leaves the size of a VM group as it is for some time, and lets it be chosen again. */
import { readDeadline } from '@novacron/contract/formats/read-moment';
import { VmGroupId } from '@novacron/contract/ids';
import {
  type ScalingHold,
  ScalingHoldDirection,
} from '@novacron/contract/kinds/vm-group/scaling-operations';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { ScalingHoldRow } from '../../../ports/tables/orchestration-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { HOLD, refuseEnd } from '../../kernel/write/refuse-end.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredAs } from '../../rows/answer-resource.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

interface Parts {
  readonly deps: CapabilityDeps;
}

/**
 * Holds the size of a group; a hold that applies is replaced. Problems: `not-found`,
 * `validation-failed` for a time in the past, `policy-denied`.
 */
export async function holdScaling(
  { deps }: Parts,
  { id, reason, direction, until }: ParsedInputOf<'scaling.hold'>,
  context: CallContext,
): Promise<Result<ScalingHold, Problem>> {
  const nowMs = deps.clock.nowMs();
  const { tenantId, name: heldBy } = context.principal;
  const group = await findResource(deps.store, 'vm_group', { tenantId, id });
  if (!group.ok) return group;
  const { name } = group.value;
  if (desiredAs(group.value, VmGroupSpec).scaling === null) return err(withoutScaling(name));
  const endsMs = readDeadline(until, nowMs) ?? nowMs;
  const untimely = refuseEnd({ ...HOLD, endMs: endsMs }, nowMs);
  if (untimely !== undefined) return err(untimely);
  const before = await findHold(deps, id);
  const row: ScalingHoldRow = {
    id,
    tenant_id: tenantId,
    reason,
    direction,
    held_at_ms: nowMs,
    held_by: heldBy,
    ends_at_ms: endsMs,
  };
  const done = await commitHold(deps, context, {
    operation: 'scaling.hold',
    target: { id, name },
    before,
    wanted: row,
    change: { kind: 'put', into: 'scaling_holds', row },
  });
  if (!done.ok) return done;
  return ok(toScalingHold(row, name));
}

/** Ends a hold. Problems: `not-found` where there is none, `policy-denied`. */
export async function releaseScaling(
  { deps }: Parts,
  { id }: ParsedInputOf<'scaling.release'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const { tenantId } = context.principal;
  const group = await findResource(deps.store, 'vm_group', { tenantId, id });
  if (!group.ok) return group;
  const { name } = group.value;
  const before = await findHold(deps, id);
  if (before === undefined) {
    return err(
      problem('not-found', {
        detail: `The scaling of the VM group ${name} is not held.`,
        remedy: 'See which holds there are: novacron scaling status.',
      }),
    );
  }
  const done = await commitHold(deps, context, {
    operation: 'scaling.release',
    target: { id, name },
    before,
    wanted: undefined,
    change: { kind: 'drop', from: 'scaling_holds', id },
  });
  if (!done.ok) return done;
  return ok({});
}

function withoutScaling(name: string): Problem {
  return problem('conflict', {
    detail: `The VM group ${name} has no scaling, so there is nothing to hold.`,
    remedy:
      'Orchestration policies that scale it are disabled by novacron orchestration-policy ' +
      'disable POLICY.',
  });
}

async function findHold(
  { store, clock }: CapabilityDeps,
  id: string,
): Promise<ScalingHoldRow | undefined> {
  const where = { id, ends_at_ms: { above: clock.nowMs() } };
  const [row] = await store.read({ from: 'scaling_holds', where });
  return row;
}

async function commitHold(
  deps: CapabilityDeps,
  context: CallContext,
  write: {
    readonly operation: 'scaling.hold' | 'scaling.release';
    readonly target: { readonly id: string; readonly name: string };
    readonly before: ScalingHoldRow | undefined;
    readonly wanted: ScalingHoldRow | undefined;
    readonly change: Change;
  },
): Promise<Result<unknown, Problem>> {
  const { operation, target, before, wanted, change } = write;
  return commitObject(deps, context, {
    operation,
    resourceKind: 'scaling',
    target,
    before: fieldsOf(before),
    wanted: fieldsOf(wanted),
    changes: [change],
    events: [
      eventChange(deps, {
        tenantId: context.principal.tenantId,
        type: wanted === undefined ? 'vm_group.scaling_released' : 'vm_group.scaling_held',
        source: 'autoscaler',
        target: target.id,
        priority: 'normal',
        data: {
          ...(fieldsOf(wanted) ?? fieldsOf(before)),
          name: target.name,
          by: context.principal.name,
        },
      }),
    ],
    answer: undefined,
  });
}

function fieldsOf(row: ScalingHoldRow | undefined) {
  if (row === undefined) return null;
  const { reason, direction, ends_at_ms: endsMs } = row;
  return { reason, direction, until: toTimestamp(endsMs) };
}

/** A hold as answers carry it. */
export function toScalingHold(row: ScalingHoldRow, group: string): ScalingHold {
  return {
    group_id: VmGroupId.parse(row.id),
    group,
    reason: row.reason,
    direction: ScalingHoldDirection.parse(row.direction),
    held_at: toTimestamp(row.held_at_ms),
    held_by: row.held_by,
    until: toTimestamp(row.ends_at_ms),
  };
}
