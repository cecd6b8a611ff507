/** Performs a step that is a read: its answer is what the outputs of the step are taken from. */
import { isRecord } from '@novacron/contract/json';
import { operationRow } from '@novacron/contract/operations-table/operations';
import { isStepRead } from '@novacron/contract/operations-table/step-operations';
import { type ProblemCode, toValidationProblem } from '@novacron/contract/problem/problem';
import { assert } from '@novacron/contract/result';
import { resolveStep } from '@novacron/engine/automation/workflows/resolve/resolve-step';
import type { StepOutcome } from '../../../kernel/definitions/operation-definition.ts';
import { failed } from '../../../platform/egress-outcome.ts';
import { type AutomationRun, finishWith } from './automation-run.ts';
import { contextOf } from './execution-context.ts';
import { withIds } from './find-names.ts';

/** Codes of temporary problems: another attempt may succeed. */
const PASSING: readonly ProblemCode[] = ['conflict', 'rate-limited', 'unavailable'];

/** Reads as the principal that started the execution, with its rights of now. */
export async function performRead(run: AutomationRun): Promise<StepOutcome> {
  const { parts, step, name, values } = run;
  const { task = '' } = step;
  assert(isStepRead(task), 'a run has reads that it can call');
  const context = await contextOf(run, task);
  if (!context.ok) return failed(context.error.detail);
  const resolved = resolveStep(step, 'task', values);
  if (!resolved.ok) return failed(resolved.error);
  const given = (isRecord(resolved.value) ? resolved.value.with : undefined) ?? {};
  const named = { task, tenantId: run.row.tenant_id, given };
  const input = await withIds(parts.deps, named);
  if (!input.ok) return failed(input.error);
  const parsed = operationRow(task).input.safeParse(input.value);
  if (!parsed.success) {
    return failed(toValidationProblem(parsed.error, `What step ${name} gives ${task}`).detail);
  }
  const answer = await parts.read(task, parsed.data, context.value);
  if (answer.ok) return finishWith(run, JSON.parse(JSON.stringify(answer.value)), null);
  const { code, detail } = answer.error;
  return failed(detail, PASSING.includes(code) ? 'retry' : 'final');
}
