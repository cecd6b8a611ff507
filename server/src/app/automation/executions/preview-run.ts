/**
 * The dry run of an execution: everything that is checked when it starts, the values that its
 * inputs have then, and what the policies say now of each task whose values are known by then.
 */

import type { AdmissionPreview, AdmissionWarning } from '@novacron/contract/admission/admission';
import type { AutomationStep } from '@novacron/contract/automation/definition';
import { isRecord } from '@novacron/contract/json';
import {
  operationRow,
  operations,
  type ParsedInputOf,
} from '@novacron/contract/operations-table/operations';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import {
  type Problem,
  toProblemDocument,
  toValidationProblem,
} from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import {
  holdsCondition,
  type RunValues,
  resolveStep,
} from '@novacron/engine/automation/workflows/resolve/resolve-step';
import { findCurrentPrincipal } from '../../access/identity/find-current-principal.ts';
import { EMPTY_PREVIEW } from '../../governance/admission-preview/empty-preview.ts';
import { refuseCaller } from '../../governance/admission-preview/refuse-caller.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { ExecutionPlan, StepAction } from '../../kernel/definitions/operation-definition.ts';
import { placeWrite, type WriteFields } from '../../kernel/write/checked-write.ts';
import { decide } from '../../kernel/write/take-write.ts';
import type { CapabilityDeps, RegisteredWrite } from '../../platform/deps.ts';
import { prepareOf } from '../../platform/step-write.ts';
import type { WriteScope } from '../../resources/scope.ts';
import { prepareWorkflowRun } from './prepare-workflow-run.ts';
import { withIds } from './tasks/find-names.ts';
import { isRunTask } from './tasks/run-tasks.ts';

/** The operation that starts an execution. */
export const WORKFLOW_RUN = 'workflow.run';

/** Findings about the steps. */
interface Findings {
  readonly problems: Problem[];
  readonly warnings: AdmissionWarning[];
  readonly notices: string[];
}

/** Answers what would happen now if the execution were started. It stores and starts nothing. */
export async function previewRun(
  deps: CapabilityDeps,
  { input }: Pick<ParsedInputOf<'admission.preview'>, 'input'>,
  context: CallContext,
): Promise<Result<AdmissionPreview, Problem>> {
  const found: Findings = { problems: [], warnings: [], notices: [] };
  await findOut(deps, input, context, found);
  const problems = found.problems.map((each) => toProblemDocument(each, context.requestId));
  return ok({ ...EMPTY_PREVIEW, ...found, problems });
}

async function findOut(
  deps: CapabilityDeps,
  input: Readonly<Record<string, unknown>>,
  context: CallContext,
  found: Findings,
): Promise<void> {
  const refusal = await refuseCaller(deps, WORKFLOW_RUN, input, context);
  if (refusal !== undefined) {
    found.problems.push(refusal);
    return;
  }
  const read = operations[WORKFLOW_RUN].input.safeParse(input, IN_WORDS);
  if (read.success) await findOutAbout(deps, read.data, context, found);
  else found.problems.push(toValidationProblem(read.error, 'The request'));
}

async function findOutAbout(
  deps: CapabilityDeps,
  input: ParsedInputOf<typeof WORKFLOW_RUN>,
  context: CallContext,
  found: Findings,
): Promise<void> {
  const scope = scopeOf(deps, context);
  const prepared = await prepareWorkflowRun(input, scope);
  if (!prepared.ok) {
    found.problems.push(...prepared.error);
    return;
  }
  const { execution, saga, queuedFor } = prepared.value;
  await judge({ deps, context, found, who: 'The run' }, WORKFLOW_RUN, prepared.value);
  if (execution === undefined) return;
  found.notices.push(`Inputs: ${JSON.stringify(execution.inputs)}`);
  if (queuedFor !== undefined) found.notices.push(`The run waits for the group ${queuedFor}.`);
  const actor = await actorOf(deps, execution, context);
  if (!actor.ok) {
    found.problems.push(actor.error);
    return;
  }
  const values = { inputs: execution.inputs, outputs: new Map(), runId: scope.operationId };
  for (const { action, ...each } of saga.steps) {
    if (each.finally === 'yes') {
      found.notices.push(`Step ${each.name} runs at the end, also after a failure (finally).`);
    }
    const step = taskOf(action);
    if (step !== undefined) await findOutStep(deps, { step, values, found }, actor.value);
  }
}

/** The step of a task that runs once. */
function taskOf(action: StepAction): AutomationStep | undefined {
  const isTask = action.kind === 'automation' && isRunTask(action.step.task);
  return isTask ? action.step : undefined;
}

async function actorOf(
  deps: CapabilityDeps,
  { by }: ExecutionPlan,
  context: CallContext,
): Promise<Result<CallContext, Problem>> {
  const { principal } = context;
  if (by.id === principal.id) return ok(context);
  const found = await findCurrentPrincipal(deps, { ...by, tenantId: principal.tenantId });
  return found.ok ? ok({ ...context, principal: { ...found.value, kind: by.kind } }) : found;
}

async function findOutStep(
  deps: CapabilityDeps,
  of: { readonly step: AutomationStep; readonly values: RunValues; readonly found: Findings },
  context: CallContext,
): Promise<void> {
  const { step, values, found } = of;
  const { id, task } = step;
  if (!isRunTask(task)) return;
  const holds = holdsCondition(step, values);
  if (holds.ok && !holds.value) {
    found.notices.push(`Step ${id} is skipped: its condition does not hold.`);
    return;
  }
  const resolved = step.for_each === undefined ? resolveStep(step, 'task', values) : undefined;
  if (resolved?.ok !== true) {
    const why = 'its values depend on earlier steps';
    found.notices.push(`Policies decide on ${task} of step ${id} when the step starts: ${why}.`);
    return;
  }
  const given = isRecord(resolved.value) ? (resolved.value.with ?? {}) : {};
  const named = await withIds(deps, { task, tenantId: context.principal.tenantId, given });
  if (!named.ok) {
    found.notices.push(`Step ${id} would fail if it started now: ${named.error}.`);
    return;
  }
  const read = operationRow(task).input.safeParse(named.value, IN_WORDS);
  if (!read.success) {
    const { detail } = toValidationProblem(read.error, `What step ${id} gives ${task}`);
    found.notices.push(`Step ${id} would fail: ${detail}`);
    return;
  }
  const refused = ([{ detail } = { detail: '' }]: readonly Pick<Problem, 'detail'>[]) => {
    found.notices.push(`Step ${id} would be refused if it started now: ${detail}`);
  };
  const checked = await prepareOf(deps, task)(Object(read.data), scopeOf(deps, context));
  if (!checked.ok) {
    refused(checked.error);
    return;
  }
  const who = `Step ${id}`;
  const isAllowed = await judge({ deps, context, found, who }, task, checked.value);
  if (!isAllowed) return;
  const placed = await placeWrite(checked.value);
  if (!placed.ok) refused(placed.error);
  else found.notices.push(`${who} may call ${task} with ${JSON.stringify(given)}.`);
}

/** Asks the policies about a write; what they say names the step. @returns whether it is allowed */
async function judge(
  asked: {
    readonly deps: CapabilityDeps;
    readonly context: CallContext;
    readonly found: Findings;
    readonly who: string;
  },
  operation: RegisteredWrite,
  write: WriteFields,
): Promise<boolean> {
  const { deps, context, found, who } = asked;
  const decision = await decide(deps, context, { ...write, operation }, 'preview');
  const { problem: refusal } = decision;
  found.warnings.push(
    ...decision.warnings.map((each) => ({ ...each, message: `${who}: ${each.message}` })),
  );
  if (refusal === undefined) return true;
  found.problems.push({ ...refusal, detail: `${who}: ${refusal.detail}` });
  return false;
}

function scopeOf(
  deps: CapabilityDeps,
  context: CallContext,
): WriteScope & { deps: CapabilityDeps } {
  return { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
}
