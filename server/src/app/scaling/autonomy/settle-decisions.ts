/** Notes what became of autonomous decisions: the ends of their operations, and what followed. */
import { DecisionAction } from '@novacron/contract/autonomy/autonomous-decision';
import { canonicalJson } from '@novacron/contract/json';
import { planOutcome } from '@novacron/engine/autonomy/plan-outcome';
import type { Change } from '../../../ports/store.ts';
import type { AutonomousDecisionRow } from '../../../ports/tables/autonomy-rows.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readGroupMetric } from '../groups/read-signals.ts';
import { decisionOf } from './decision-rows.ts';

/** Time after a decision at which what followed is measured. Unit: ms. */
const EFFECT_MS = 900_000;

/** What was not measured by then stays unknown: the server was off. Unit: ms. */
const LATE_MS = 3_600_000;

const DECISIONS_PER_ROUND_MAX = 500;

const PERCENT = 100;

/** Settles them. */
export async function settleDecisions(
  deps: CapabilityDeps,
  { guard, mayContinue }: Pick<ReconcilerBudget, 'guard' | 'mayContinue'>,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const limit = DECISIONS_PER_ROUND_MAX;
  const { running, latest } = await deps.store.snapshot({
    running: { from: 'autonomous_decisions', where: { status: 'running' }, limit },
    latest: {
      from: 'autonomous_decisions',
      where: { at_ms: { above: nowMs - LATE_MS } },
      orderBy: { column: 'at_ms', direction: 'asc' },
      limit,
    },
  });
  const due = latest.filter(({ at_ms, outcome_json: outcome }) => {
    return outcome === null && nowMs - at_ms >= EFFECT_MS;
  });
  const changes = [...(await findEnded(deps, running))];
  for (const row of due) {
    if (!mayContinue()) return;
    changes.push(...(await measure(deps, row)));
  }
  if (changes.length > 0) await commitUnder(guard, deps, changes);
}

async function findEnded(
  { store }: CapabilityDeps,
  rows: readonly AutonomousDecisionRow[],
): Promise<readonly Change[]> {
  const idOf = (row: AutonomousDecisionRow) => decisionOf(row).operation_id ?? '';
  const where = { id: { in: rows.map(idOf) } };
  const operations = await store.read({ from: 'operations', where, damaged: 'blank' });
  const ends = new Map<string, string>(operations.map(({ id, status }) => [id, status]));
  return rows.flatMap((row): Change[] => {
    const end = ends.get(idOf(row));
    if (end === 'running' || end === 'undoing') return [];
    const status = end === 'succeeded' ? 'succeeded' : 'failed';
    return [{ kind: 'patch', table: 'autonomous_decisions', id: row.id, set: { status } }];
  });
}

async function measure(
  deps: CapabilityDeps,
  row: AutonomousDecisionRow,
): Promise<readonly Change[]> {
  const { id, group_id: groupId, at_ms: atMs } = row;
  const of = { groupId, metric: 'cpu_utilization_ratio' };
  const ratio = await readGroupMetric(deps, of, atMs + EFFECT_MS);
  const [group] = await deps.store.read({
    from: 'vm_groups',
    where: { id: groupId },
    damaged: 'blank',
  });
  if (ratio === undefined || group === undefined) return [];
  const decided = decisionOf(row);
  const cpuUsage = ratio * PERCENT;
  const size = Math.max(1, group.size);
  const found = planOutcome({
    action: DecisionAction.parse(row.action),
    preferred: DecisionAction.parse(row.preferred),
    sizeFrom: decided.size_from,
    sizeTo: decided.size_to,
    sizePreferred: decided.size_preferred,
    sizeRules: decided.size_rules,
    cpuUsage,
    size,
  });
  const outcome_json = canonicalJson({
    cpu_usage: cpuUsage,
    size,
    cpu_usage_decided: found.cpuUsageDecided,
    was_right: found.isRight,
    preferred_was_right: found.isPreferredRight,
    advantage: found.advantage,
  });
  const set = {
    outcome_json,
    verdict: verdictOf(found.isRight),
    preferred_verdict: verdictOf(found.isPreferredRight),
    advantage: found.advantage,
  };
  return [{ kind: 'patch', table: 'autonomous_decisions', id, set }];
}

function verdictOf(isRight: boolean): 'right' | 'wrong' {
  return isRight ? 'right' : 'wrong';
}
