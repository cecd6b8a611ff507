/**
 * The time that the policies of each tenant may take on this server. Evaluation costs a tenant
 * nothing else: without a budget one with slow policies would use the threads of all.
 */
import { problem } from '@novacron/contract/problem/problem';
import type { Clock } from '@novacron/runtime/clock';
import type { EvaluationBudget } from '../../../ports/policy-runtime.ts';
import {
  type Allowance,
  type Bucket,
  spendTokens,
  takeToken,
} from '../../access/limits/rate-limiter.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';

/**
 * Milliseconds of evaluation: the burst is a plan of 1,000 resources under 1,000 policies, the rate
 * leaves others a share of the smallest machine.
 */
export const REQUEST_BUDGET: Allowance = { burst: 10_000, perSecond: 750 };

/** The same for scans of existing resources, which are in no hurry. */
export const SCAN_BUDGET: Allowance = { burst: 200, perSecond: 100 };

/**
 * The same for previews of drafts: the burst is one of 10,000 resources and 100,000 decisions, and
 * the rate lets one end that is much slower.
 */
export const PREVIEW_BUDGET: Allowance = { burst: 20_000, perSecond: 200 };

/** Tenants whose budgets are kept; one that was idle longest starts with a full one. */
const TENANTS_MAX = 10_000;

/** The budgets of one server. */
export interface EvaluationBudgets {
  readonly of: (tenantId: string) => EvaluationBudget;
}

/** Makes full ones. */
export function createEvaluationBudgets(clock: Clock, allowance: Allowance): EvaluationBudgets {
  const buckets = createLruCache<Bucket>(TENANTS_MAX);
  return {
    of: (tenantId) => ({
      refuse: () => {
        // Asking costs nothing: what an evaluation takes is charged afterwards.
        const { waitMs } = takeToken(buckets.get(tenantId), allowance, clock.nowMs());
        return waitMs === 0 ? undefined : overBudget(waitMs);
      },
      charge: (count) => {
        const nowMs = clock.nowMs();
        buckets.set(tenantId, spendTokens(buckets.get(tenantId), allowance, { count, nowMs }));
      },
    }),
  };
}

function overBudget(waitMs: number) {
  return problem('rate-limited', {
    detail:
      'The policies of your tenant have used up the time that they may take on this server; ' +
      'this request was not processed.',
    remedy:
      `Send it again in ${waitMs} ms. An admin of the tenant finds slow policies among the ` +
      'policy decisions, and makes them simpler or disables them.',
    data: { retry_after_ms: waitMs },
  });
}
