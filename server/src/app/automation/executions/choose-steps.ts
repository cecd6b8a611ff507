/** Selects the steps for a run of a single step, and its known values from an earlier execution. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import type { Execution } from '@novacron/contract/automation/execution';
import type { OperationId } from '@novacron/contract/ids';
import { equalJson, type Json, type JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { kindsOf } from '@novacron/engine/automation/workflows/checks/list-actions';
import {
  type EndedSteps,
  planSingleStep,
  type SingleStepPlan,
} from '@novacron/engine/automation/workflows/plan-single-step';
import type {
  WorkflowRow,
  WorkflowVersionRow,
} from '../../../ports/tables/automation/workflow-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { SingleStep } from '../../kernel/definitions/operation-definition.ts';
import type { ResourceDeps } from '../../resources/deps.ts';
import { readCalled } from '../../resources/workflow/read-called.ts';
import { getExecution } from './read-executions.ts';

/** Outputs that a run of one step begins with: its definition carries them. Unit: characters. */
const GIVEN_LENGTH_MAX = 262_144;

/** Selected steps of a run. */
export interface ChosenSteps {
  /** With the steps that run. */
  readonly definition: AutomationDefinition;
  readonly inputs: JsonObject;
  /** Absent where every step runs. */
  readonly only?: SingleStep;
}

interface RunOf {
  readonly definition: AutomationDefinition;
  readonly row: Pick<WorkflowRow, 'id' | 'name' | 'tenant_id'>;
  readonly version: Pick<WorkflowVersionRow, 'version' | 'digest'>;
  readonly context: CallContext;
}

/**
 * Chooses the steps of a run: all of them, or one with the approvals before it. Problems: an
 * execution that is not there or of another text; outputs that the step lacks; an approval before
 * it that would not be asked for
 */
export async function chooseSteps(
  deps: ResourceDeps,
  input: ParsedInputOf<'workflow.run'>,
  of: RunOf,
): Promise<Result<ChosenSteps, readonly Problem[]>> {
  const { definition, row } = of;
  const { only_step: step, outputs_from: outputsFrom, inputs } = input;
  if (step === undefined) {
    if (outputsFrom === undefined) return ok({ definition, inputs });
    return err([
      refused(row.name, {
        path: 'outputs_from',
        why: 'outputs of an earlier execution can only be used in a run of one step',
        remedy: 'Also name the step (only_step), or omit outputs_from.',
      }),
    ]);
  }
  const earlier =
    outputsFrom === undefined
      ? undefined
      : await readEarlier(deps, { id: outputsFrom, inputs }, of);
  if (earlier?.ok === false) return earlier;
  const planned = planSingleStep(definition, step, earlier?.value.ended ?? new Map());
  if (!planned.ok) {
    return err(
      planned.error.map(({ path, message }) =>
        refused(row.name, {
          path,
          why: path === 'only_step' ? `${step} ${message}` : message,
          remedy:
            'List its steps and executions (novacron workflow show, novacron execution list), ' +
            'then set --only-step, and --outputs-from if the step uses outputs of other steps.',
        }),
      ),
    );
  }
  const hidden = await refuseHiddenApprovals(deps, planned.value, of, step);
  if (hidden !== undefined) return err([hidden]);
  const { outputs } = planned.value;
  if (JSON.stringify(outputs).length > GIVEN_LENGTH_MAX) {
    const why = `${step} uses outputs of more than ${GIVEN_LENGTH_MAX} characters`;
    const remedy = 'Run the whole workflow, or make the steps output less.';
    return err([refused(row.name, { path: 'outputs_from', why, remedy })]);
  }
  return ok({
    definition: planned.value.definition,
    inputs: earlier?.value.inputs ?? inputs,
    only: {
      step,
      ...(outputsFrom === undefined ? {} : { outputsFrom }),
      outputs,
      steps: definition.steps.map(({ id, needs, ...action }) => ({
        id,
        kind: kindsOf(action)[0] ?? 'task',
        finally: action.finally === 'yes',
        needs: [...needs],
      })),
    },
  });
}

interface Earlier {
  readonly ended: EndedSteps;
  readonly inputs: JsonObject;
}

/** Outputs belong to the inputs that they were made with, so a run gets both or none. */
async function readEarlier(
  deps: ResourceDeps,
  { id, inputs }: { readonly id: OperationId; readonly inputs: JsonObject },
  { row, version, context }: RunOf,
): Promise<Result<Earlier, readonly Problem[]>> {
  const found = await getExecution(deps, id, context);
  if (!found.ok) return err([found.error]);
  const execution = found.value;
  const why = whyNotFrom(execution, { row, version, inputs });
  if (why === undefined) return ok({ ended: endedOf(execution), inputs: execution.inputs });
  return err([refused(row.name, { path: 'outputs_from', ...why })]);
}

function whyNotFrom(
  execution: Execution,
  { row, version, inputs }: Pick<RunOf, 'row' | 'version'> & { readonly inputs: JsonObject },
): { readonly why: string; readonly remedy: string } | undefined {
  const { id } = execution;
  if (execution.workflow_id !== row.id) {
    return {
      why: `${id} is an execution of ${execution.workflow}`,
      remedy: `List those of this workflow: novacron execution list --workflow-id ${row.name}`,
    };
  }
  if (execution.digest !== version.digest) {
    return {
      why:
        `${id} ran version ${execution.version}, whose text differs from version ` +
        `${version.version}`,
      remedy: `Run that version: --at-version ${execution.version}`,
    };
  }
  if (execution.finished_at === null) {
    return {
      why: `${id} has not ended`,
      remedy: `Wait for its end, or cancel it: novacron operation cancel ${id}`,
    };
  }
  const given: Readonly<Record<string, Json>> = inputs;
  const own: Readonly<Record<string, Json>> = execution.inputs;
  const other = Object.keys(given).find((name) => !equalJson(given[name], own[name]));
  if (other === undefined) return undefined;
  return {
    why: `the input ${other} differs from ${id}, whose outputs the run would use`,
    remedy: 'Omit the inputs: the run uses those of that execution.',
  };
}

/** Steps with outputs that are true: of one that was taken back they are about nothing. */
function endedOf({ steps }: Execution): EndedSteps {
  const ended = new Map<string, JsonObject | null>();
  for (const { id, of, status, outputs, attempts } of steps) {
    if (of !== null) continue;
    // One that an earlier run of one step has left out counts by the outputs that it was given.
    const isLeft = status === 'skipped' && attempts === 0;
    const isOver = status === 'succeeded' || status === 'skipped' || status === 'failed';
    if (isOver && !(isLeft && outputs === null)) ended.set(id, outputs);
  }
  return ended;
}

/** An approval within a workflow that a step before it starts is one before it, too. */
async function refuseHiddenApprovals(
  deps: ResourceDeps,
  { left }: SingleStepPlan,
  { row }: RunOf,
  step: string,
): Promise<Problem | undefined> {
  const calls = left.filter(({ workflow }) => workflow !== undefined);
  if (calls.length === 0) return undefined;
  // No workflow has an empty name: all that these steps lead to is read.
  const called = await readCalled(deps, row.tenant_id, { name: '', steps: calls });
  const asks = called.definitions.some(({ steps }) =>
    steps.some(({ approval }) => approval !== undefined),
  );
  if (!asks && called.missing.length === 0 && !called.isCut) return undefined;
  return refused(row.name, {
    path: 'only_step',
    why: `a step before ${step} starts a workflow that requires approval, or that cannot be read`,
    remedy: 'Run the whole workflow, which requests the approval.',
  });
}

function refused(
  name: string,
  { path, why, remedy }: { readonly path: string; readonly why: string; readonly remedy: string },
): Problem {
  return problem('validation-failed', {
    detail: `A run of one step of ${name} is refused: ${why}.`,
    remedy,
    fields: [{ path: [path], message: why }],
  });
}
