/**
 * Records which conditions nodes have: signs of a failure to come that their agents see. One server
 * does it, under the lease.
 */

import { explainConditions } from '@novacron/engine/healing/conditions/explain-conditions';
import type { ObservedNode } from '@novacron/engine/healing/conditions/model/condition';
import { planConditions } from '@novacron/engine/healing/conditions/plan-conditions';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { stateOfNode } from '../../resources/node/node-fence.ts';
import {
  announcedConditions,
  conditionsOf,
  conditionsText,
} from '../../rows/observed/node-conditions.ts';
import { replan } from '../../rows/resource-problems.ts';

/** Agents look once a minute, and a row is written when they announce something else. */
const LOOK_MS = 10_000;

/** Records conditions of nodes. */
export function conditionWatch({ deps }: { readonly deps: CapabilityDeps }): Reconciler {
  return {
    name: 'node-conditions',
    summary: 'Records signs, reported by agents, that nodes are about to fail.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      await recordChanges(deps, budget);
      return undefined;
    },
  };
}

async function recordChanges(
  { store, clock, logger }: CapabilityDeps,
  { guard, mayContinue }: ReconcilerBudget,
): Promise<void> {
  const rows = await store.read({ from: 'nodes' });
  const byName = new Map(rows.map((row) => [row.name, row]));
  const changes = planConditions(rows.map(toObserved), { nowMs: clock.nowMs() });
  for (const change of changes) {
    const row = byName.get(change.node);
    if (row === undefined || !mayContinue()) break;
    const done = await commitUnder(guard, { store }, [
      {
        kind: 'update',
        table: 'nodes',
        id: row.id,
        set: { conditions_json: conditionsText(change.conditions) },
        // The announcement that it was decided by.
        expect: { conditions_json: row.conditions_json, facts_json: row.facts_json },
        otherwise: replan(`Node ${row.name}`),
      },
    ]);
    if (!done.ok) continue;
    for (const line of explainConditions([change])) logger.warn({}, line);
  }
}

function toObserved(row: NodeRow): ObservedNode {
  const isHeard = stateOfNode(row) === 'answers' && row.suspected_json === null;
  return {
    name: row.name,
    announced: isHeard ? announcedConditions(row) : null,
    known: conditionsOf(row),
  };
}
