/** Reads the outcomes that decide in which order strategies are tried. */
import type {
  LadderLevel,
  Outcome,
  StrategyPlan,
} from '@novacron/engine/healing/outcomes/model/learning';
import { planStrategies } from '@novacron/engine/healing/outcomes/plan-strategies';
import type { HealingOutcomeRow } from '../../../ports/tables/learning-rows.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** The latest outcomes of a cause: what was long ago says little. */
const OUTCOMES_MAX = 1_000;

/** The outcomes of one tenant that count. */
export interface CountedOutcomes {
  /** Null: none were reset. Unit: ms since the Unix epoch. */
  readonly sinceMs: number | null;
  readonly outcomes: readonly Outcome[];
}

/** Reads those of one tenant for one cause. */
export async function readOutcomes(
  { store }: Pick<CapabilityDeps, 'store'>,
  tenantId: string,
  cause: string,
): Promise<CountedOutcomes> {
  const { resets, rows } = await store.snapshot({
    resets: { from: 'learning_resets', where: { id: tenantId } },
    rows: {
      from: 'healing_outcomes',
      where: { tenant_id: tenantId, cause },
      orderBy: { column: 'ended_at_ms', direction: 'desc' },
      limit: OUTCOMES_MAX,
    },
  });
  const sinceMs = resets[0]?.reset_at_ms ?? null;
  const counted = rows.filter(({ ended_at_ms: atMs }) => atMs > (sinceMs ?? 0));
  return { sinceMs, outcomes: counted.map(toOutcome) };
}

/** In which order strategies of a level are tried for a tenant. */
export async function readStrategies(
  deps: Pick<CapabilityDeps, 'store'>,
  tenantId: string,
  level: LadderLevel,
): Promise<StrategyPlan> {
  const { outcomes } = await readOutcomes(deps, tenantId, level.cause);
  return planStrategies(level, outcomes);
}

function toOutcome({ strategy, result, duration_ms: durationMs }: HealingOutcomeRow): Outcome {
  return { strategy, result: result === 'succeeded' ? 'succeeded' : 'failed', durationMs };
}
