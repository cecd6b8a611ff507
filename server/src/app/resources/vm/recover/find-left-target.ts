/**
 * Finds the node to which a VM was being moved when its own node died. What arrived there does not
 * run, unless the dead node has released it in its last moment: so it is removed before the VM
 * starts elsewhere.
 */
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import {
  decodeDefinition,
  isDamaged,
  type OperationDefinition,
} from '../../../kernel/definitions/operation-definition.ts';
import { readLog } from '../../../kernel/operations/answer-operation.ts';
import { fenceOf } from '../../node/node-fence.ts';
import type { WriteScope } from '../../scope.ts';

/** The step of a migration that makes the machine at its target. */
const PREPARE = 'prepare-incoming';

/** The step of a recovery that removes it. */
export const REMOVE_ARRIVED = 'remove-arrived';

/** Operations on a VM since its migration that are looked at: more than there are attempts. */
const OPERATIONS_MAX = 100;

type Log = Awaited<ReturnType<typeof readLog>>;

/** Finds it; undefined where nothing is left, or on a node that is known to be off as well. */
export async function findLeftTarget(
  row: Pick<VmRow, 'id'>,
  nodes: readonly NodeRow[],
  { deps: { store } }: Pick<WriteScope, 'deps'>,
): Promise<NodeRow | undefined> {
  const operations = await store.read({
    from: 'operations',
    where: { target_id: row.id, kind: { in: ['vm.migrate', 'vm.recover'] } },
    orderBy: { column: 'id', direction: 'desc' },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  for (const operation of operations) {
    if (operation.status === 'succeeded' || isDamaged(operation)) return undefined;
    const log = await readLog(store, operation.id);
    if (operation.kind === 'vm.recover' && hasEnded(log, REMOVE_ARRIVED, 'do')) return undefined;
    if (operation.kind === 'vm.recover') continue;
    const name = targetLeftBy(decodeDefinition(operation), log);
    return nodes.find((node) => node.name === name && fenceOf(node) === undefined);
  }
  return undefined;
}

/** Returns the node on which an unfinished migration left a machine that nothing has removed. */
function targetLeftBy({ steps }: OperationDefinition, log: Log): string | undefined {
  const begun = log.some((entry) => entry.kind === 'started' && entry.step === PREPARE);
  if (!begun || hasEnded(log, PREPARE, 'undo')) return undefined;
  const action = steps.find(({ name }) => name === PREPARE)?.action;
  return action?.kind === 'agent' ? action.node : undefined;
}

/** Whether the source of a migration is known to have given its VM away. */
export function isReleased(log: Log): boolean {
  return hasEnded(log, 'migrate', 'do');
}

function hasEnded(log: Log, step: string, direction: 'do' | 'undo'): boolean {
  return log.some(
    (entry) => entry.kind === 'succeeded' && entry.step === step && entry.direction === direction,
  );
}
