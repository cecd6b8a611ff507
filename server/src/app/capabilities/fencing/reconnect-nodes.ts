/**
 * Gives nodes that answer again back the storages that have cut them off, once nothing runs there
 * that runs elsewhere. One server does it, under the lease.
 */
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import { backoffMs } from '../../kernel/arbitration/refused-writes.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { stateOfNode } from '../../resources/node/node-fence.ts';
import { cleanNode } from '../healing/clean-node.ts';
import type { FencingParts } from './fence-nodes.ts';
import { prepareNodeReconnect } from './prepare-node-reconnect.ts';

const LOOK_MS = 5_000;

/** When a node is tried again, and how often it was tried in vain. */
interface Tries {
  readonly count: number;
  readonly nextMs: number;
}

/** Gives storages back. */
export function reconnections(parts: FencingParts): Reconciler {
  const tries = new Map<string, Tries>();
  return {
    name: 'reconnections',
    summary: 'Gives nodes that are back the storages that have cut them off.',
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
        const nowMs = clock.nowMs();
        if (nowMs < nextMs || !budget.mayContinue()) continue;
        tries.set(row.id, { count: count + 1, nextMs: nowMs + backoffMs(count + 1) });
        await reconnect(parts, budget, row);
      }
      return undefined;
    },
  };
}

async function reconnect(
  parts: FencingParts,
  { guard }: ReconcilerBudget,
  row: NodeRow,
): Promise<void> {
  const { deps, onEvents } = parts;
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
  onEvents();
}
