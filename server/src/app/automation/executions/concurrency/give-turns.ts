/**
 * Gives executions their turns in concurrency groups. A server does so when one ends that it has
 * run, and one of them looks at all groups again and again, for what a killed server has left.
 */

import { ok } from '@novacron/contract/result';
import {
  livePlaces,
  planTurns,
} from '@novacron/engine/automation/workflows/concurrency/plan-turns';
import { queueOf } from '@novacron/engine/sagas/rules/pause-of';
import type { ExecutionPlaceRow } from '../../../../ports/tables/automation/execution-place-rows.ts';
import type { BeginParts } from '../../../kernel/arbitration/platform-write.ts';
import { changeGroup, readGroup, removeGroup } from '../../../kernel/concurrency/read-group.ts';
import type { OperationExecutor } from '../../../kernel/operations/execute-operations.ts';
import { platformCaller } from '../../../kernel/operations/platform-caller.ts';
import {
  cancelNow,
  type SteeringPlan,
  steer,
} from '../../../kernel/operations/steer-operations.ts';
import type { Reconciler } from '../../../kernel/reconcilers/reconciler.ts';
import { commitChanges } from '../../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { replan } from '../../../rows/resource-problems.ts';

/** Interval between checks of all groups. Unit: ms. */
const LOOK_MS = 5_000;

/** Dependencies of admitting queued executions. */
export interface TurnParts {
  readonly deps: CapabilityDeps;
  readonly executor: Pick<OperationExecutor, 'takeOver'>;
}

/** Gives the turns of all groups. */
export function concurrencyTurns(parts: BeginParts<CapabilityDeps>): Reconciler {
  return {
    name: 'workflow-turns',
    summary: 'Starts executions that wait for their concurrency groups.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async ({ mayContinue }) => {
      const groups = await parts.deps.store.tally({ from: 'execution_places', by: ['group_id'] });
      for (const [id] of groups.map(({ values }) => values)) {
        if (!mayContinue()) return undefined;
        if (typeof id === 'string') await giveTurnsSafely(parts, id);
      }
      return undefined;
    },
  };
}

/** Gives the turns of one group; never rejects. */
export async function giveTurnsSafely(parts: TurnParts, groupId: string): Promise<void> {
  try {
    await giveTurns(parts, groupId);
  } catch (cause) {
    parts.deps.logger.warn(
      { group: groupId, cause },
      'waiting executions of a concurrency group could not be started',
    );
  }
}

async function giveTurns(parts: TurnParts, groupId: string): Promise<void> {
  const { store } = parts.deps;
  const rows = await store.read({ from: 'execution_places', where: { group_id: groupId } });
  const superseded = rows.filter(({ superseded_by }) => superseded_by !== null);
  for (const { id, tenant_id } of superseded) {
    // One that has ended, or can no longer be cancelled, comes to its end by itself.
    await cancelNow(parts, id, platformCaller(parts.deps, tenant_id));
  }
  const { places } = await readGroup(parts.deps, groupId);
  for (const id of planTurns(places)) {
    const row = rows.find((each) => each.id === id);
    if (row !== undefined) await giveTurn(parts, row);
  }
  await forgetEnded(parts, groupId);
}

/** Starts one, if it is still its turn: nothing of its group has changed since that was decided. */
async function giveTurn(parts: TurnParts, place: ExecutionPlaceRow): Promise<void> {
  const { deps } = parts;
  const { id, tenant_id, group_id } = place;
  const plan: SteeringPlan = async (row, log) => {
    const group = await readGroup(deps, group_id);
    const isWaiting = row.finished_at_ms === null && queueOf(log) !== undefined;
    if (!isWaiting || !planTurns(group.places).includes(id)) return ok(undefined);
    const nowMs = deps.clock.nowMs();
    const held = {
      kind: 'update',
      table: 'execution_places',
      id,
      set: { state: 'holding' },
      expect: { state: 'queued' },
      otherwise: replan('The concurrency group'),
    } as const;
    return ok({
      name: 'execution.dequeue',
      entries: [{ kind: 'dequeued', at_ms: nowMs }],
      changes: [...changeGroup(group, nowMs).changes, held],
      status: row.status,
    });
  };
  const done = await steer(parts, id, platformCaller(deps, tenant_id), plan);
  if (!done.ok)
    deps.logger.warn(
      { execution: id, problem: done.error },
      'a waiting execution could not be started',
    );
}

/** Removes the places of what has ended, and a group that nothing is left of. */
async function forgetEnded({ deps }: TurnParts, groupId: string): Promise<void> {
  const group = await readGroup(deps, groupId);
  const { holding, queued } = livePlaces(group.places);
  const live = holding.length + queued.length;
  if (live === group.places.length || group.version === 0) return;
  // A place that has come meanwhile is a conflict: who has made it removes the others.
  await commitChanges(
    deps,
    live === 0 ? removeGroup(group) : changeGroup(group, deps.clock.nowMs()).changes,
  );
}
