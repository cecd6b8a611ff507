/** Shows how attempts to heal have ended, and lets earlier ones count no more. */
import type {
  HealingOutcomes,
  StrategyOutcomes,
} from '@novacron/contract/healing/learning-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { explainStrategies } from '@novacron/engine/healing/outcomes/explain-strategies';
import type { StrategyPlan } from '@novacron/engine/healing/outcomes/model/learning';
import { planStrategies } from '@novacron/engine/healing/outcomes/plan-strategies';
import { LADDER } from '@novacron/engine/healing/outcomes/rules/ladder';
import { findOwnTenant } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { readOutcomes } from './read-outcomes.ts';

const MS_PER_SECOND = 1_000;

/** Shows those of the caller's tenant; the platform has those of nodes besides. */
export async function showOutcomes(
  deps: CapabilityDeps,
  { principal }: CallContext,
): Promise<Result<HealingOutcomes, Problem>> {
  const own = await findOwnTenant(deps.store, principal);
  const levels = LADDER.filter(({ scope }) => scope === 'tenant' || own?.is_platform === 1);
  const read = await Promise.all(
    levels.map(async (level) => {
      const { sinceMs, outcomes } = await readOutcomes(deps, principal.tenantId, level.cause);
      return { sinceMs, plan: planStrategies(level, outcomes) };
    }),
  );
  const sinceMs = read[0]?.sinceMs ?? null;
  return ok({
    since: sinceMs === null ? null : toTimestamp(sinceMs),
    strategies: read.flatMap(({ plan }) => toStrategies(plan)),
    explanation: read.flatMap(({ plan }) => explainStrategies(plan)),
  });
}

function toStrategies({ level, basis, figures }: StrategyPlan): readonly StrategyOutcomes[] {
  const { cause, strategies } = level;
  return figures.map(({ strategy, outcomes, succeeded, rateLow, meanMs }, at) => ({
    cause,
    level: level.level,
    place: at + 1,
    strategy,
    default_place: strategies.indexOf(strategy) + 1,
    learned: basis === 'outcomes' && strategies.length > 1,
    outcomes,
    succeeded,
    success_rate_low: rateLow,
    mean_seconds: meanMs === null ? null : meanMs / MS_PER_SECOND,
  }));
}

/** Lets outcomes of until now count no more. Problems: `policy-denied`. */
export async function forgetOutcomes(
  { deps }: { readonly deps: CapabilityDeps },
  { reason }: ParsedInputOf<'healing.forget_outcomes'>,
  context: CallContext,
): Promise<Result<{ readonly since: string }, Problem>> {
  const { tenantId, name } = context.principal;
  const nowMs = deps.clock.nowMs();
  const [before] = await deps.store.read({ from: 'learning_resets', where: { id: tenantId } });
  const since = toTimestamp(nowMs);
  const wanted = { since, reason: reason ?? null };
  const row = { id: tenantId, reset_at_ms: nowMs, reset_by: name, reason: reason ?? null };
  return commitObject(deps, context, {
    operation: 'healing.forget_outcomes',
    resourceKind: 'healing',
    target: { id: tenantId, name: 'outcomes' },
    before: before === undefined ? null : { since: toTimestamp(before.reset_at_ms) },
    wanted,
    changes: [{ kind: 'put', into: 'learning_resets', row }],
    events: [
      eventChange(deps, {
        tenantId,
        type: 'healing.outcomes_forgotten',
        source: 'healing',
        target: tenantId,
        priority: 'normal',
        data: { ...wanted, by: name },
      }),
    ],
    answer: { since },
  });
}
