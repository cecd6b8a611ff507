/** `verify`: whether what was applied is still so, and works. */
import type { GitopsVerifyResult } from '@novacron/contract/automation/gitops-step';
import { isRecord } from '@novacron/contract/json';
import { ok, type Result } from '@novacron/contract/result';
import { examineHealth } from './health/examine-health.ts';
import { verifyDocuments } from './manifests/manifest-steps.ts';
import { wholeList } from './step/fit-result.ts';
import type { Refusal } from './step/refusal.ts';
import type { StepContext } from './step/step-context.ts';
import { makePlan } from './terraform/make-plan.ts';
import { openTerraform } from './terraform/open-terraform.ts';
import type { PlanJson } from './terraform/plan-json.ts';
import { readChanges } from './terraform/read-changes.ts';

/** Runs the step. */
export async function verifyStep(
  context: StepContext,
): Promise<Result<GitopsVerifyResult, Refusal>> {
  if (context.settings.source === 'manifests') return verifyDocuments(context);
  const terraform = await openTerraform(context);
  if (!terraform.ok) return terraform;
  const made = await makePlan(context, terraform.value);
  if (!made.ok) return made;
  const { plan } = made.value;
  const different = readChanges(plan).map(({ address }) => address);
  const ids = idsIn(plan);
  const examined = await examineHealth(context, ({ id }) => ids.has(id));
  if (!examined.ok) return examined;
  return ok({
    in_sync: different.length === 0,
    out_of_sync: wholeList(different),
    health: examined.value.health,
    unhealthy: wholeList(examined.value.unhealthy),
    resource_ids: wholeList(examined.value.ids),
  });
}

/** Ids of the resources that exist, by the types whose health is known. */
function idsIn({ resource_changes }: PlanJson): ReadonlySet<string> {
  const ids = resource_changes.flatMap(({ mode, type, change: { before } }) => {
    const isKnown = type === 'novacron_vm' || type === 'novacron_vm_group';
    const id = isRecord(before) ? before.id : undefined;
    return mode === 'managed' && isKnown && typeof id === 'string' ? [id] : [];
  });
  return new Set(ids);
}
