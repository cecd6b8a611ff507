/** `plan`: plans what a commit changes, and decides whether that may be applied. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitopsPlanResult } from '@novacron/contract/automation/gitops-step';
import { ok, type Result } from '@novacron/contract/result';
import { plainLine } from '../../output/plain-text.ts';
import { planDocuments } from './manifests/manifest-steps.ts';
import { packSource } from './source/source-archive.ts';
import type { SourceEntry } from './source/source-entry.ts';
import { wholeList } from './step/fit-result.ts';
import type { Refusal } from './step/refusal.ts';
import type { StepContext } from './step/step-context.ts';
import { judgePlan } from './terraform/decide-gates.ts';
import { type Diagnostic, placeOf } from './terraform/diagnostics.ts';
import { makePlan } from './terraform/make-plan.ts';
import { openTerraform } from './terraform/open-terraform.ts';
import { digestPlan, readChanges } from './terraform/read-changes.ts';
import { readState } from './terraform/read-state.ts';
import { summarize } from './terraform/summarize.ts';

/** Longest text of a notice. Unit: characters. */
const NOTICE_LENGTH_MAX = 1_000;

/** Names of the files in the artifact. */
export const PLAN_ENTRY = 'plan';
export const LOCK_ENTRY = 'lock.hcl';

/** Runs the step. */
export async function planStep(context: StepContext): Promise<Result<GitopsPlanResult, Refusal>> {
  const { settings } = context;
  if (settings.source === 'manifests') return planDocuments(context);
  const terraform = await openTerraform(context);
  if (!terraform.ok) return terraform;
  const made = await makePlan(context, terraform.value);
  if (!made.ok) return made;
  const { file, plan, warnings } = made.value;
  const judged = judgePlan(context, plan);
  if (!judged.ok) return judged;
  const { changes, counts, reasons } = judged.value;
  const state = await readState(context, terraform.value.state);
  if (!state.ok) return state;
  const saved = await savePlan(context, [
    [PLAN_ENTRY, file],
    [LOCK_ENTRY, terraform.value.lockFile],
  ]);
  if (!saved.ok) return saved;
  return ok({
    digest: digestPlan(plan),
    counts,
    needs_approval: reasons,
    summary: [summarize(counts, changes), ...reasons].join('\n'),
    changes: wholeList(changes),
    drift: wholeList(readChanges({ resource_changes: plan.resource_drift })),
    notices: wholeList(warnings.map(noticeOf)),
    state: { serial: state.value.serial, lineage: state.value.lineage },
  });
}

function noticeOf(warning: Diagnostic) {
  const text = (value: string) => plainLine(value).slice(0, NOTICE_LENGTH_MAX);
  return { summary: text(warning.summary), detail: text(warning.detail), place: placeOf(warning) };
}

/** Saves files of the plan, which contain secrets, as an artifact. */
async function savePlan(
  { artifacts }: StepContext,
  files: readonly (readonly [path: string, file: string])[],
): Promise<Result<void, Refusal>> {
  const entries: SourceEntry[] = [];
  for (const [path, file] of files) {
    if (existsSync(file)) entries.push({ path, kind: 'file', content: await readFile(file) });
  }
  const packed = await packSource(entries);
  if (!packed.ok) return packed;
  const target = join(artifacts, 'save', 'plan');
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, packed.value, { mode: 0o600 });
  return ok(undefined);
}
