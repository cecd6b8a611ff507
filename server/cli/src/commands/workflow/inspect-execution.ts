/** `novacron execution inspect`: the steps of an execution as a tree, and why each one waits. */
import { ApprovalSummary } from '@novacron/contract/access/approval';
import type { AutomationStep } from '@novacron/contract/automation/definition';
import { Execution, type ExecutionStep } from '@novacron/contract/automation/execution';
import { Workflow } from '@novacron/contract/automation/workflow';
import type { Json, JsonObject } from '@novacron/contract/json';
import { ok, type Result } from '@novacron/contract/result';
import { kindsOf } from '@novacron/engine/automation/workflows/checks/list-actions';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import {
  type RunValues,
  resolveKnown,
} from '@novacron/engine/automation/workflows/resolve/resolve-step';
import { listAll } from '../../client/list-all.ts';
import { callOperation, type Session } from '../../client/session.ts';
import type { Failure } from '../../failures/failure.ts';
import type { Outcome } from '../../operations/run-command.ts';
import {
  type InspectedExecution,
  type InspectedStep,
  renderExecution,
} from './render-execution.ts';

/**
 * Shows an execution: what each step does, with the values that are known, its attempts, outputs
 * and durations, and what it waits for. The actions come from the version of the workflow; where
 * that cannot be read, they are left out. Failures: problems of the server about the execution.
 */
export async function inspectExecution(session: Session, id: string): Promise<Outcome> {
  const found = await inspect({ session, left: EXECUTIONS_MAX }, id);
  if (!found.ok) return { failure: found.error };
  if (session.signal.aborted) {
    return { failure: { kind: 'interrupted', message: 'interrupted' } };
  }
  const looks = { style: session.style, nowMs: session.io.now().getTime() };
  const text = renderExecution(found.value, looks);
  return { document: { kind: 'report', value: found.value, text } };
}

/** Executions of one tree that are read; of the others the id is shown. */
const EXECUTIONS_MAX = 100;

interface Inspection {
  readonly session: Session;
  /** Number of executions that may still be read. */
  left: number;
}

/** Reads an execution, and those that its steps have started, with those that these have. */
async function inspect(
  inspection: Inspection,
  id: string,
): Promise<Result<InspectedExecution, Failure>> {
  const { session } = inspection;
  inspection.left -= 1;
  const answer = await callOperation(session, 'execution.get', { id });
  if (!answer.ok) return answer;
  const execution = Execution.parse(answer.value);
  const definition = await readSteps(session, execution);
  const approvals = await readApprovals(session, execution);
  const known = new Map(definition.map((step) => [step.id, step] as const));
  const values = valuesOf(execution);
  const steps: InspectedStep[] = [];
  for (const step of execution.steps) {
    const defined = known.get(step.of ?? step.id);
    const own = step.of === null ? values : { ...values, item: step.item };
    steps.push({
      ...step,
      input: defined === undefined ? null : inputOf(defined, own),
      waits_for: waitsFor(step, execution),
      approval: approvals.find((approval) => approval.details.step === step.id) ?? null,
      executions: await inspectParts(inspection, step),
    });
  }
  return ok({ ...execution, steps });
}

/** The executions that a step has started; one that the caller may not read is left out. */
async function inspectParts(
  inspection: Inspection,
  { kind, operations }: ExecutionStep,
): Promise<readonly InspectedExecution[]> {
  const parts: InspectedExecution[] = [];
  if (kind !== 'workflow') return parts;
  for (const id of operations) {
    if (inspection.left <= 0 || inspection.session.signal.aborted) return parts;
    const part = await inspect(inspection, id);
    if (part.ok) parts.push(part.value);
  }
  return parts;
}

/** The steps as the version of the workflow has them; none where it cannot be read. */
async function readSteps(
  session: Session,
  { workflow_id, version }: Execution,
): Promise<readonly AutomationStep[]> {
  const input = { id: workflow_id, at_version: version };
  const answer = await callOperation(session, 'workflow.get', input);
  const stored = answer.ok ? Workflow.safeParse(answer.value) : undefined;
  if (stored?.data === undefined) return [];
  const read = readDefinition(stored.data.text);
  return read.ok ? read.value.definition.steps : [];
}

/** Kinds of steps that people may be asked in; the wait of a manual step is one. */
const ASKING: readonly string[] = ['approval', 'wait'];

/** Reads the execution's pending approvals; none if the caller may not read them. */
async function readApprovals(
  session: Session,
  { id, steps }: Execution,
): Promise<readonly ApprovalSummary[]> {
  if (!steps.some(({ kind, status }) => ASKING.includes(kind) && status === 'running')) return [];
  const input = { subject_id: [id], status: ['pending'] };
  const listed = await listAll(session, { operation: 'approval.list', input });
  return listed.ok ? listed.value.map((item) => ApprovalSummary.parse(item)) : [];
}

function valuesOf({ id, inputs, steps }: Execution): RunValues {
  const outputs = steps.flatMap(({ id: step, outputs: taken }): [string, JsonObject][] =>
    taken === null ? [] : [[step, taken]],
  );
  return { inputs, outputs: new Map(outputs), runId: id };
}

/** Returns the input of a step with known values filled in; other references stay as written. */
function inputOf(step: AutomationStep, values: RunValues): Json {
  const [kind] = kindsOf(step);
  if (kind === undefined) return null;
  const resolved = resolveKnown(step, kind, values);
  return resolved.ok ? resolved.value : null;
}

const ENDED: readonly ExecutionStep['status'][] = ['succeeded', 'skipped', 'failed', 'taken_back'];

/** The steps that have to end before a step begins. */
function waitsFor({ status, needs, of }: ExecutionStep, { steps }: Execution): readonly string[] {
  // An item only waits for its turn: its step runs until the last one has ended.
  if (status !== 'waiting' || of !== null) return [];
  const ended = new Set(steps.filter((each) => ENDED.includes(each.status)).map(({ id }) => id));
  return needs.filter((id) => !ended.has(id));
}
