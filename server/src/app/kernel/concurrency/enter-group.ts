/** Enters executions into their concurrency groups, in the commit that admits or retries them. */
import { listNames } from '@novacron/contract/formats/list-names';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  livePlaces,
  planEntry,
  QUEUE_LENGTH_MAX,
} from '@novacron/engine/automation/workflows/concurrency/plan-turns';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { ExecutionGroup } from '../definitions/operation-definition.ts';
import { type ConcurrencyGroup, changeGroup, putPlace, readGroup } from './read-group.ts';

/** Holders that a refusal names. */
const NAMED_MAX = 3;

type Deps = Pick<KernelDeps, 'store' | 'clock'>;

/** An execution that enters a group. */
export interface Entrant {
  readonly id: string;
  readonly tenantId: string;
  /** Name of its workflow. */
  readonly workflow: string;
  readonly concurrency: ExecutionGroup;
}

/** State in which an execution enters its group. */
export interface Entered {
  /** `queued`: it begins when its turn comes. */
  readonly state: 'holding' | 'queued';
  readonly changes: ChangeSet;
}

/** Enters an execution that is about to start. Problems: `in-use` where the group is full. */
export async function enterGroup(deps: Deps, entrant: Entrant): Promise<Result<Entered, Problem>> {
  const { id, concurrency } = entrant;
  const group = await readGroup(deps, concurrency.groupId);
  const entry = planEntry(group.places, concurrency);
  if (entry.kind === 'refuse') return err(groupBusy(entrant, group, entry.reason));
  const state = entry.kind === 'begin' ? 'holding' : 'queued';
  const { seq, changes } = changeGroup(group, deps.clock.nowMs());
  const superseded = entry.kind === 'begin' ? [] : entry.cancel;
  return ok({
    state,
    changes: [
      ...changes,
      placeOf(entrant, state, seq),
      ...superseded.map(
        (each) =>
          ({
            kind: 'patch',
            table: 'execution_places',
            id: each,
            set: { superseded_by: id },
          }) as const,
      ),
    ],
  });
}

/**
 * Enters an execution again that has ended and is retried: it does not wait.
 * @returns the changes. Problems: `in-use` where the group has no room
 */
export async function enterGroupAgain(
  deps: Deps,
  entrant: Entrant,
): Promise<Result<ChangeSet, Problem>> {
  const { id, concurrency } = entrant;
  const read = await readGroup(deps, concurrency.groupId);
  const places = read.places.filter(({ executionId }) => executionId !== id);
  const group = { ...read, places };
  const { limit } = concurrency;
  const entry = planEntry(places, { limit, when_busy: 'skip' });
  if (entry.kind !== 'begin') return err(groupBusy(entrant, group, 'skip'));
  const { seq, changes } = changeGroup(group, deps.clock.nowMs());
  return ok([...changes, placeOf(entrant, 'holding', seq)]);
}

function placeOf(
  { id, tenantId, concurrency }: Entrant,
  state: Entered['state'],
  seq: number,
): Change {
  const { groupId, limit } = concurrency;
  return putPlace({
    id,
    tenant_id: tenantId,
    group_id: groupId,
    state,
    seq,
    limit_max: limit,
    superseded_by: null,
  });
}

/** Reason of a refusal, for programs: the group has no free slot, which may be temporary. */
export const GROUP_BUSY = 'concurrency-group-busy';

function groupBusy(
  { workflow, concurrency }: Entrant,
  { places }: ConcurrencyGroup,
  reason: 'skip' | 'full-queue',
): Problem {
  const { holding, queued } = livePlaces(places);
  const ids = [...holding, ...queued].map(({ executionId }) => executionId);
  const { group, limit } = concurrency;
  const why =
    reason === 'skip'
      ? `${listNames(ids, NAMED_MAX)} ${ids.length === 1 ? 'holds' : 'hold or wait for'} it, and ` +
        `the limit is ${limit}`
      : `${QUEUE_LENGTH_MAX} executions are already waiting for it`;
  return problem('in-use', {
    detail: `${workflow} does not start: its concurrency group ${group} is full. ${why}.`,
    remedy:
      `Wait until one ends (novacron operation wait ${ids[0]}), or cancel executions that are ` +
      'not needed.',
    data: { reason: GROUP_BUSY },
  });
}
