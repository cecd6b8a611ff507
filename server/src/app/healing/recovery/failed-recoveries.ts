/**
 * Recoveries that have failed are tried again at growing intervals. One that got stuck has changed
 * something: the VM moves on to another node, or is started again on the one that it is on, as
 * often as the VM allows. Then it is left to people.
 */
import { RESTART_ATTEMPTS } from '@novacron/contract/kinds/vm/vm-healing';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { backoffMs, type RefusedWrites } from '../../kernel/arbitration/refused-writes.ts';
import { decodeDefinition, isDamaged } from '../../kernel/definitions/operation-definition.ts';
import { readHolds } from '../../kernel/holds/find-hold.ts';
import { readLogs } from '../../kernel/operations/answer-operation.ts';
import { PLATFORM_NAME, platformCaller } from '../../kernel/operations/platform-caller.ts';
import { retryNow } from '../../kernel/operations/steer-operations.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { stateOfNode } from '../../resources/node/node-fence.ts';
import {
  type EarlierRecovery,
  findEarlierRecoveries,
  type LostNode,
} from '../../resources/vm/recover/find-earlier-recoveries.ts';
import { explainProblem } from '../../rows/explain-problem.ts';
import type { RecoverableVm } from './find-recoverable.ts';

/** A VM whose recovery has failed since its node was heard last. */
export interface FailedRecovery {
  readonly tries: number;
  /** Time of the next attempt. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number;
  /** Whether it has used up its attempts. */
  readonly isGivenUp: boolean;
  /** The one that got stuck; undefined: nothing is left of them. */
  readonly stuck: Tables['operations'] | undefined;
  /** Name of the node on which it got stuck, if that does not answer: the VM may run there. */
  readonly silentNode: string | undefined;
  /** The last one. */
  readonly last: Tables['operations'] | undefined;
}

/** Finds them, by the ids of VMs. */
export async function findFailed(
  deps: Pick<CapabilityDeps, 'store' | 'clock'>,
  waiting: readonly RecoverableVm[],
): Promise<ReadonlyMap<string, FailedRecovery>> {
  const nowMs = deps.clock.nowMs();
  const sources = new Map<string, LostNode>(waiting.map(({ row, source }) => [row.id, source]));
  const earlier = await findEarlierRecoveries(deps, sources);
  const retries = await countRetries(deps, [...earlier.values()].flat());
  const lost = await deps.store.read({ from: 'nodes', where: { status: 'lost' } });
  const silent = lost.filter((node) => stateOfNode(node) === 'silent').map(({ name }) => name);
  return new Map(
    waiting.flatMap(({ row, spec }): readonly (readonly [string, FailedRecovery])[] => {
      const own = earlier.get(row.id) ?? [];
      if (own.length === 0) return [];
      const operations = own.map(({ operation }) => operation);
      const stuck = own.find(({ operation }) => operation.status === 'stuck');
      const tries = operations.reduce((sum, { id }) => sum + 1 + (retries.get(id) ?? 0), 0);
      const endMs = operations[0]?.finished_at_ms ?? 0;
      // One that ended in the future did so before the time of day was set back.
      const lastMs = endMs > nowMs ? 0 : endMs;
      const failed = {
        tries,
        notBeforeMs: lastMs + backoffMs(tries),
        isGivenUp: tries >= (spec.healing?.attempts ?? RESTART_ATTEMPTS),
        stuck: stuck?.operation,
        silentNode: silent.find((name) => name === stuck?.node),
        last: operations[0],
      };
      return [[row.id, failed]];
    }),
  );
}

/** Counts NovaCron's retries of stuck recoveries, by their ids. */
async function countRetries(
  { store }: Pick<CapabilityDeps, 'store'>,
  earlier: readonly EarlierRecovery[],
): Promise<ReadonlyMap<string, number>> {
  const ids = earlier.map(({ operation }) => operation.id);
  const logs = await readLogs(store, ids);
  return new Map(
    [...logs.entries].map(([id, log]) => [
      id,
      log.filter((entry) => entry.kind === 'retried' && entry.by === PLATFORM_NAME).length,
    ]),
  );
}

/**
 * Retries a recovery that got stuck where it is, as no other node can run its VM.
 * @returns whether it goes on
 */
export async function retryStuck(
  parts: BeginParts<CapabilityDeps>,
  row: VmRow,
  stuck: Tables['operations'] | undefined,
): Promise<boolean> {
  const { deps } = parts;
  if (stuck === undefined || isDamaged(stuck)) return false;
  const holds = await readHolds(deps.store, { of: 'healing', nowMs: deps.clock.nowMs() });
  if (holds.ofTenant(row.tenant_id)) return false;
  const [first = null] = decodeDefinition(stuck).retryFrom ?? [];
  const caller = platformCaller(deps, row.tenant_id, 'healer');
  const done = await retryNow(parts, stuck.id, caller, first);
  const fields = { operation: stuck.id, vm: row.name, ...(done.ok ? {} : { problem: done.error }) };
  deps.logger.info(fields, done.ok ? 'a stuck recovery is retried' : 'a recovery stays stuck');
  return done.ok;
}

/**
 * Recoveries of a VM in a row that begin and are undone, after which it is given up: as many as
 * those that are refused, half an hour of backoff.
 */
const UNDONE_MAX = 8;

/**
 * Gives up VMs whose recoveries begin and are undone again and again, until something changes that
 * they may depend on. Nothing is left of them, so no operation can be retried.
 */
export async function leaveUndone(
  waiting: readonly RecoverableVm[],
  failed: ReadonlyMap<string, FailedRecovery>,
  { budget, refusals }: { readonly budget: ReconcilerBudget; readonly refusals: RefusedWrites },
): Promise<void> {
  for (const { row } of waiting) {
    const { tries = 0, stuck, last } = failed.get(row.id) ?? {};
    if (last === undefined || stuck !== undefined || tries < UNDONE_MAX) continue;
    const problem = undoneAgain(row, last);
    await refusals.giveUpAfter(row, { problem, tries }, budget.guard);
  }
}

function undoneAgain({ id, name }: VmRow, { problem_json }: Tables['operations']): Problem {
  return problem('conflict', {
    detail:
      `The recovery of the VM ${name} failed repeatedly and was rolled back. ` +
      explainProblem(problem_json),
    remedy:
      `Fix the problem on the new node, then recover it: novacron vm recover ${id}. Or choose ` +
      'another node: --node NODE.',
    data: { reason: 'undone' },
  });
}

/** Explains why NovaCron no longer recovers a VM. */
export function givenUp(
  { id, name }: VmRow,
  { tries, stuck }: Pick<FailedRecovery, 'tries'> & { readonly stuck: Tables['operations'] },
): Problem {
  return problem('conflict', {
    detail:
      `Healing of the VM ${name} stopped: it failed to start ${tries} times. ` +
      explainProblem(stuck.problem_json),
    remedy:
      `Fix the cause, then retry the recovery: novacron operation retry ${stuck.id}. Or choose ` +
      `another node: novacron vm recover ${id} --node NODE.`,
    data: { reason: 'attempts', given_up: true, attempts: tries },
  });
}
