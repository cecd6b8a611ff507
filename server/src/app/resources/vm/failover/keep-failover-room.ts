/**
 * Keeps room free for the VMs of lost nodes (`failover-nodes`): a write that takes room without
 * which they could not start elsewhere goes to another node, or is refused.
 */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../../ports/store.ts';
import { concatSagas } from '../../../kernel/operations/saga.ts';
import { type CheckedWrite, extendPlan, placeWrite } from '../../../kernel/write/checked-write.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import type { Check, WriteScope } from '../../scope.ts';
import { guardFailoverRoom } from './guard-failover-room.ts';
import { ALL_UNITS, moveFailoverRule, readFailoverVersion } from './move-failover-rule.ts';

/** Nodes that are tried for a VM; the next ones are hardly better. */
const NODES_TRIED_MAX = 4;

/** Wraps a write that takes room. */
export function keepFailoverRoom<Input>(check: Check<Input>): Check<Input> {
  return async (input, scope) => {
    const checked = await check(input, scope);
    if (!checked.ok || scope.deps.settings.failoverNodes === 0) return checked;
    return ok({ ...checked.value, place: () => placeBesideRoom(checked.value, scope) });
  };
}

async function placeBesideRoom(
  checked: CheckedWrite,
  scope: WriteScope,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const avoidedNodes: Record<string, string> = {};
  const refused: Problem[] = [];
  for (let tried = 0; tried < NODES_TRIED_MAX; tried += 1) {
    const placed = await placeWrite(checked, { ...avoidedNodes });
    if (!placed.ok) return refused.length === 0 ? placed : err(refused.slice(0, 1));
    const guards = await guardFailoverRoom([placed.value], scope);
    if (guards.ok) return ok(withGuards(placed.value, guards.value));
    refused.push(guards.error);
    const node = placed.value.placement?.target_node;
    if (node === undefined || node in avoidedNodes) break;
    avoidedNodes[node] = 'has only room that is kept free for the VMs of lost nodes';
  }
  return err(refused.slice(0, 1));
}

/** Wraps a recovery, which uses the room that is kept free: it is counted, and never refused. */
export function useFailoverRoom<Input>(check: Check<Input>): Check<Input> {
  return async (input, scope) => {
    const checked = await check(input, scope);
    if (scope.deps.settings.failoverNodes === 0) return checked;
    return extendPlan(checked, async (write) => {
      const version = await readFailoverVersion(scope.deps.store);
      const most = Number.MAX_SAFE_INTEGER - ALL_UNITS;
      return withGuards(write, moveFailoverRule({ version, units: ALL_UNITS, most }));
    });
  };
}

function withGuards(write: PreparedWrite, reserve: ChangeSet): PreparedWrite {
  return reserve.length === 0 ? write : { ...write, saga: concatSagas(write.saga, { reserve }) };
}
