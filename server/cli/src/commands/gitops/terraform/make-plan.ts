/** Makes a plan and reads it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, type Result } from '@novacron/contract/result';
import { messageOf } from '../../../io/message-of.ts';
import { type Refusal, refuse } from '../step/refusal.ts';
import type { StepContext } from '../step/step-context.ts';
import type { Diagnostic } from './diagnostics.ts';
import { LOCK_TIMEOUT, type Terraform } from './open-terraform.ts';
import { PlanJson } from './plan-json.ts';

/** A plan, and what Terraform has said about it. */
export interface MadePlan {
  /** Its file. It contains secrets. */
  readonly file: string;
  readonly plan: PlanJson;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Makes it. Refused: what Terraform, its providers or policies of the server refuse.
 * @param lock - `none`: the key may not lock the state
 */
export async function makePlan(
  { settings, directory, say }: StepContext,
  terraform: Terraform,
  lock: 'waited-for' | 'none' = 'waited-for',
): Promise<Result<MadePlan, Refusal>> {
  const variables = join(directory, 'variables.tfvars.json');
  await writeFile(variables, JSON.stringify(settings.variables), { mode: 0o600 });
  const file = join(directory, 'plan');
  say('Planning.');
  const flags = ['-json', '-input=false', lock === 'none' ? '-lock=false' : LOCK_TIMEOUT];
  const made = await terraform.run(['plan', ...flags, `-var-file=${variables}`, `-out=${file}`]);
  if (!made.ok) return made;
  const plan = await readPlan(terraform, file);
  return plan.ok ? ok({ file, plan: plan.value, warnings: made.value.warnings }) : plan;
}

/** Reads a saved plan. */
export async function readPlan(
  terraform: Terraform,
  file: string,
): Promise<Result<PlanJson, Refusal>> {
  const shown = await terraform.show(file);
  if (!shown.ok) return shown;
  try {
    return ok(PlanJson.parse(JSON.parse(shown.value)));
  } catch (cause) {
    return refuse(`The plan cannot be read: ${messageOf(cause)}`);
  }
}
