/** One list of what is recommended: sizes, capacity, and plans of the optimizer. */
import type { Recommendation } from '@novacron/contract/fleet/recommendation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { findOwnTenant } from '../../access/tenants/tenant-access.ts';
import type { CapacityPlans } from '../../fleet/capacity/create-capacity-plans.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listWhole } from '../../kernel/lists/list-items.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { Analyses } from './create-analyses.ts';
import { describeChange } from './describe-change.ts';
import { recommendCapacity, recommendPlan } from './describe-others.ts';
import { readFollowed, toFollowed } from './followed-rows.ts';

/** Dependencies of recommendations. */
export interface RecommendationParts {
  readonly deps: CapabilityDeps;
  readonly capacityPlans: CapacityPlans;
  readonly analyses: Analyses;
}

/** Lists them. Problems: `unavailable` where no metrics are stored. */
export async function listRecommendations(
  parts: RecommendationParts,
  input: ParsedInputOf<'optimizer.recommend'>,
  context: CallContext,
) {
  const all = await readRecommendations(parts, context);
  if (!all.ok) return all;
  const nowMs = parts.deps.clock.nowMs();
  return ok(listWhole({ operation: 'optimizer.recommend', input, nowMs }, all.value));
}

/** Finds one as it is now. Problems: `not-found`, `unavailable`. */
export async function findRecommendation(
  parts: RecommendationParts,
  id: string,
  context: CallContext,
): Promise<Result<Recommendation, Problem>> {
  const all = await readRecommendations(parts, context);
  if (!all.ok) return all;
  const found = all.value.find((each) => each.id === id);
  return found === undefined ? err(notFound('recommendation', id)) : ok(found);
}

async function readRecommendations(
  parts: RecommendationParts,
  context: CallContext,
): Promise<Result<readonly Recommendation[], Problem>> {
  const { deps } = parts;
  const { tenantId } = context.principal;
  const sizes = await readSizes(parts, tenantId);
  if (!sizes.ok) return sizes;
  const planned = await recommendCapacity(parts, context);
  if (!planned.ok) return planned;
  const isPlatform = (await findOwnTenant(deps.store, context.principal))?.is_platform === 1;
  const plan = isPlatform ? await recommendPlan(deps, context) : [];
  const isPlanned = (id: string) => plan.some((each) => each.id === id);
  const others = sizes.value.filter(({ id }) => !isPlanned(id));
  return ok([...others, ...planned.value, ...plan]);
}

/** Sizes that are recommended, and all that was followed. Problems: `unavailable`. */
export async function readSizes(
  { deps, analyses }: Pick<RecommendationParts, 'deps' | 'analyses'>,
  tenantId: string,
): Promise<Result<readonly Recommendation[], Problem>> {
  const made = await analyses.latest(tenantId);
  if (!made.ok) return made;
  const followed = await readFollowed(deps, tenantId);
  const open: Recommendation[] = [];
  for (const change of made.value.changes) {
    const target = made.value.targets.get(change.subject.id);
    // While one is being measured, nothing else is recommended for the VM.
    if (target === undefined || followed.get(target.id)?.state === 'applied') continue;
    open.push(await describeChange(deps, change, target));
  }
  const ids = new Set(open.map(({ subject_id }) => subject_id));
  const past = [...followed.values()].filter(({ id }) => !ids.has(id)).map(toFollowed);
  return ok([...open, ...past]);
}
