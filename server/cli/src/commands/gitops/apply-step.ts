/** `apply`: applies the plan that was approved, and no other. */
import { join } from 'node:path';
import type { GitopsApplyResult } from '@novacron/contract/automation/gitops-step';
import { err, ok, type Result } from '@novacron/contract/result';
import { applyDocuments } from './manifests/manifest-steps.ts';
import { LOCK_ENTRY, PLAN_ENTRY } from './plan-step.ts';
import { unpackSource } from './source/source-archive.ts';
import { readArtifact } from './step/read-artifact.ts';
import { type Refusal, refuse } from './step/refusal.ts';
import type { StepContext } from './step/step-context.ts';
import { judgePlan, listOf } from './terraform/decide-gates.ts';
import { type MadePlan, makePlan, readPlan } from './terraform/make-plan.ts';
import { LOCK_TIMEOUT, openTerraform, type Terraform } from './terraform/open-terraform.ts';
import { comparePlans, digestPlan } from './terraform/read-changes.ts';
import { readState } from './terraform/read-state.ts';

/** Runs the step. */
export async function applyStep(context: StepContext): Promise<Result<GitopsApplyResult, Refusal>> {
  const { settings, directory } = context;
  if (settings.plan_digest === undefined) return refuse('The settings have no plan_digest.');
  if (settings.source === 'manifests') return applyDocuments(context, settings.plan_digest);
  const packed = await readArtifact(context, 'plan.plan');
  if (!packed.ok) return packed;
  const target = join(directory, 'saved');
  const unpacked = await unpackSource(packed.value, target);
  if (!unpacked.ok) return unpacked;
  const lock = unpacked.value.find(({ path }) => path === LOCK_ENTRY);
  const terraform = await openTerraform(context, lock?.content);
  if (!terraform.ok) return terraform;
  const file = join(target, PLAN_ENTRY);
  const plan = await readPlan(terraform.value, file);
  if (!plan.ok) return plan;
  const digest = digestPlan(plan.value);
  if (digest !== settings.plan_digest) {
    return refuse(
      `The plan is not the one that was approved: its digest is ${digest}, not ` +
        `${settings.plan_digest}.`,
    );
  }
  const applied = await applyCurrent(context, terraform.value, { file, plan: plan.value });
  if (!applied.ok) return applied;
  const state = await readState(context, terraform.value.state);
  if (!state.ok) return state;
  return ok({ applied: applied.value, serial: state.value.serial });
}

/** Applies the approved plan; if the state has changed since, a new plan with the same changes. */
async function applyCurrent(
  context: StepContext,
  terraform: Terraform,
  approved: Pick<MadePlan, 'file' | 'plan'>,
): Promise<Result<GitopsApplyResult['applied'], Refusal>> {
  const applied = await applyPlan(context, terraform, approved.file);
  if (applied.ok || applied.error.kind !== 'stale') return applied;
  context.say(applied.error.reason);
  const made = await makePlan(context, terraform);
  if (!made.ok) return made;
  const different = comparePlans(approved.plan, made.value.plan);
  if (different.length > 0)
    return stale(`A new plan is not the approved one: ${listOf(different)}`);
  const asked = judgePlan(context, approved.plan);
  if (!asked.ok) return asked;
  const asks = judgePlan(context, made.value.plan);
  if (!asks.ok) return asks;
  const added = asks.value.reasons.filter((reason) => !asked.value.reasons.includes(reason));
  if (added.length > 0) return stale(`A new plan needs another approval: ${added.join(' ')}`);
  return applyPlan(context, terraform, made.value.file);
}

function stale(why: string) {
  const refusal: Refusal = {
    kind: 'stale',
    reason: `The state has changed since the plan. ${why}. Nothing was applied: sync again.`,
  };
  return err(refusal);
}

/** Types of lines that say how far an apply is. */
const PROGRESS: readonly string[] = [
  'apply_start',
  'apply_progress',
  'apply_complete',
  'apply_errored',
];

/** Applies a saved plan. Refused: how far it has come, and why no further. */
export async function applyPlan(
  { say, signal }: StepContext,
  terraform: Terraform,
  file: string,
): Promise<Result<GitopsApplyResult['applied'], Refusal>> {
  let completed = 0;
  let summary = { create: 0, update: 0, delete: 0 };
  const done = await terraform.run(['apply', '-json', '-input=false', LOCK_TIMEOUT, file], {
    onLine: (line) => {
      if (PROGRESS.includes(line.type)) say(line['@message']);
      if (line.type === 'apply_complete') completed += 1;
      const { changes } = line;
      if (line.type !== 'change_summary' || changes === undefined) return;
      const { add = 0, change = 0, remove = 0 } = changes;
      summary = { create: add, update: change, delete: remove };
    },
  });
  if (done.ok) return ok(summary);
  const { kind, reason } = done.error;
  if (kind === 'stale') return done;
  const why = signal.aborted ? 'The apply was interrupted' : 'The apply failed';
  return err({ kind, reason: `${why} after ${completed} changes, which remain: ${reason}` });
}
