/**
 * Recoveries whose new node is known to be off as well. Their commands would be sent for minutes to
 * a node that cannot answer, so they are ended: they are stuck, and another node is tried.
 */
import { stepStatesOf } from '@novacron/engine/sagas/rules/step-states';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import {
  decodeDefinition,
  isDamaged,
  type OperationDefinition,
} from '../../kernel/definitions/operation-definition.ts';
import { readLog } from '../../kernel/operations/answer-operation.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { isFenced, isFencedOn, requireFence } from '../../resources/node/node-fence.ts';
import { destinationOf } from '../../resources/vm/recover/find-earlier-recoveries.ts';
import { endOperation } from '../../resources/vm/recover/supersede-operations.ts';

/** Recoveries that are looked at: more than begin at a time. */
const RECOVERIES_MAX = 1_000;

export async function endLostRecoveries(
  deps: CapabilityDeps,
  { guard, mayContinue }: ReconcilerBudget,
): Promise<void> {
  const { store, clock, logger } = deps;
  const lost = await store.read({ from: 'nodes', where: { status: 'lost' } });
  const off = lost.filter(isFenced);
  if (off.length === 0) return;
  const operations = await store.read({
    from: 'operations',
    where: { kind: 'vm.recover', status: { in: ['running', 'undoing'] } },
    limit: RECOVERIES_MAX,
    damaged: 'blank',
  });
  for (const operation of operations) {
    const node = await findLostNode(deps, operation, off);
    const [row] = await store.read({ from: 'vms', where: { id: operation.target_id }, limit: 1 });
    if (node === undefined || row === undefined) continue;
    if (!mayContinue()) break;
    const context = platformContext(deps, operation.tenant_id, 'healer');
    const scope = { deps, context, nowMs: clock.nowMs() };
    const message = `node ${node.name}, on which the VM was to run, is known to be off`;
    const end = { status: 'stuck', message } as const;
    const definition = decodeDefinition(operation);
    const changes = endOperation(operation, definition, { row, scope, end });
    const done = await commitUnder(guard, { store }, [requireFence(node), ...changes]);
    const fields = { operation: operation.id, vm: row.name, node: node.name };
    if (done.ok) logger.info(fields, 'a recovery is ended: its new node is known to be off');
  }
}

/** @returns its new node, if that is known to be off and nothing of it is under way elsewhere */
async function findLostNode(
  { store }: Pick<CapabilityDeps, 'store'>,
  operation: Tables['operations'],
  off: readonly NodeRow[],
): Promise<NodeRow | undefined> {
  if (isDamaged(operation)) return undefined;
  const { node: name } = destinationOf(operation);
  const fenced = off.filter((each) => isFencedOn(each, operation.target_id));
  const found = fenced.find((each) => each.name === name);
  if (found === undefined) return undefined;
  const underWay = await findNodesUnderWay({ store }, operation.id, decodeDefinition(operation));
  return underWay.every((each) => fenced.some((node) => node.name === each)) ? found : undefined;
}

/** The names of the nodes that may be doing something for an operation. */
async function findNodesUnderWay(
  { store }: Pick<CapabilityDeps, 'store'>,
  id: string,
  { steps }: OperationDefinition,
): Promise<readonly string[]> {
  const states = stepStatesOf(steps, await readLog(store, id));
  return steps.flatMap(({ name, action, undo }) => {
    const { forward, backward } = states.get(name) ?? {};
    const actions = [
      ...(forward?.kind === 'started' ? [action] : []),
      ...(backward?.kind === 'started' && undo !== null ? [undo] : []),
    ];
    return actions.flatMap((each) => (each.kind === 'agent' ? [each.node] : []));
  });
}
