/**
 * Looks after nodes that were cut off: those that answer again are given their storages back, once
 * nothing runs there that runs elsewhere, and those that are lost stay cut off. One server does it,
 * under the lease.
 */
import { steadyMs } from '@novacron/runtime/clock';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import { backoffMs } from '../../kernel/arbitration/refused-writes.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { poolsCutOff } from '../../resources/node/node-cut-off.ts';
import { stateOfNode } from '../../resources/node/node-fence.ts';
import { prepareNodeCutOff } from '../../resources/node/prepare-node-cut-off.ts';
import { recordPool } from '../../resources/node/switch-storage.ts';
import { type CleaningParts, cleanNode } from '../inspection/clean-node.ts';
import type { FencingParts } from './fence-nodes.ts';
import { prepareNodeReconnect } from './prepare-node-reconnect.ts';

const LOOK_MS = 5_000;

/** Interval between reads of storages that have fenced lost nodes. Unit: ms. */
const READ_AGAIN_MS = 60_000;

/** Number of failed attempts at a node, and the time of the next attempt. */
interface Tries {
  readonly count: number;
  readonly nextMs: number;
}

type ReconnectionParts = FencingParts & CleaningParts;

/** Gives storages back, and looks whether those of lost nodes are still away. */
export function reconnections(parts: ReconnectionParts): Reconciler {
  const tries = new Map<string, Tries>();
  let readMs = Number.NEGATIVE_INFINITY;
  return {
    name: 'reconnections',
    summary:
      'Reconnects returned nodes to storages that cut them off, and checks the remaining ' +
      'ones.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      const { store, clock } = parts.deps;
      const rows = await store.read({ from: 'nodes', where: { cut_off_json: { not: null } } });
      const back = rows.filter((row) => stateOfNode(row) === 'answers');
      const ids = new Set<string>(back.map(({ id }) => id));
      for (const id of tries.keys()) if (!ids.has(id)) tries.delete(id);
      for (const row of back) {
        const { count, nextMs } = tries.get(row.id) ?? { count: 0, nextMs: 0 };
        const nowMs = steadyMs(clock);
        if (nowMs < nextMs || !budget.mayContinue()) continue;
        tries.set(row.id, { count: count + 1, nextMs: nowMs + backoffMs(count + 1) });
        await reconnect(parts, budget, row);
      }
      if (steadyMs(clock) - readMs < READ_AGAIN_MS) return undefined;
      readMs = steadyMs(clock);
      for (const row of rows.filter(({ status }) => status === 'lost')) {
        if (await isReachedAgain(parts, row)) await cutOffAgain(parts, budget, row);
      }
      return undefined;
    },
  };
}

async function reconnect(
  parts: ReconnectionParts,
  { guard }: ReconcilerBudget,
  row: NodeRow,
): Promise<void> {
  const { deps } = parts;
  const tenant = await findPlatformTenant(deps.store);
  if (tenant === undefined) return;
  const begun = await beginWrite(parts, {
    who: 'reconnections',
    class: 'recovery',
    target: { kind: 'node', row },
    guard,
    name: 'node.reconnect',
    input: { id: row.id, force: false, reason: 'its agent answers again' },
    prepare: prepareNodeReconnect,
    context: platformContext(deps, tenant.id, 'healer'),
  });
  if (begun.kind === 'refused') {
    deps.logger.info({ node: row.name, problem: begun.problem }, 'a node is not reconnected yet');
    // The copies that are left are not waited for.
    await cleanNode(parts, row.name);
  }
}

/** Whether a storage that had cut a lost node off takes its writes again, as after a restart. */
async function isReachedAgain({ deps }: FencingParts, row: NodeRow): Promise<boolean> {
  const { id, name: node } = row;
  let isReached = false;
  for (const pool of poolsCutOff(row)) {
    const read = await deps.fenceDevices?.storages?.read({ node, pool });
    if (read?.ok !== true || read.value !== 'reaches') continue;
    deps.logger.warn({ node, pool }, 'a storage accepts writes from a node that it had cut off');
    const fault = await recordPool(deps, { id, pool, state: 'ordered' });
    isReached ||= fault === undefined;
  }
  return isReached;
}

/** Its VMs may run elsewhere by now, whatever they ask for. */
async function cutOffAgain(
  parts: FencingParts,
  { guard }: ReconcilerBudget,
  row: NodeRow,
): Promise<void> {
  const tenant = await findPlatformTenant(parts.deps.store);
  if (tenant === undefined) return;
  const begun = await beginWrite(parts, {
    who: 'reconnections',
    class: 'recovery',
    target: { kind: 'node', row },
    guard,
    name: 'node.cut_off',
    input: { id: row.id, reason: 'its storage accepts its writes again' },
    prepare: prepareNodeCutOff,
    context: platformContext(parts.deps, tenant.id, 'healer'),
  });
  if (begun.kind === 'refused') {
    parts.deps.logger.warn({ node: row.name, problem: begun.problem }, 'a node is not cut off');
  }
}
