/**
 * Plans a run of one step: the step, the approvals before it, and the outputs that they need of
 * steps that do not run. Source of the idea: the retry of a single step in Rundeck and Argo, which
 * keeps the outputs of those before it.
 */
import type {
  AutomationDefinition,
  AutomationStep,
} from '@novacron/contract/automation/definition';
import type { Json, JsonObject } from '@novacron/contract/json';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { err, ok, type Result } from '@novacron/contract/result';
import { listUsedSteps } from './effects/list-used-steps.ts';
import type { RunFault } from './model/automation.ts';
import { ancestorsOf } from './order/order-steps.ts';
import { listTexts } from './parse/list-texts.ts';
import { parseTemplate } from './parse/parse-template.ts';
import { declaredInputs } from './resolve/resolve-inputs.ts';

/** Outputs of steps that have ended, by id; null for one that has none, as it was skipped. */
export type EndedSteps = ReadonlyMap<string, JsonObject | null>;

/** A run of one step. */
export interface SingleStepPlan {
  /** The definition with the steps that run, and every input of the whole one. */
  readonly definition: AutomationDefinition;
  /** The steps before it that do not run, in the order of the definition. */
  readonly left: readonly AutomationStep[];
  /** Outputs of skipped steps that the steps to run use; null for a step without outputs. */
  readonly outputs: Readonly<Record<string, JsonObject | null>>;
}

/**
 * Plans a run of one step. Approvals before it are asked for again, so that they are about this
 * run; its own condition is evaluated as in a whole run, with outputs of steps that have ended.
 * @param definition - without errors, as `readDefinition` returns it
 * @param stepId - the step
 * @param ended - what an earlier execution has found out
 * @returns the plan. Problems: no such step; outputs and steps that it uses and that did not end
 */
export function planSingleStep(
  definition: AutomationDefinition,
  stepId: string,
  ended: EndedSteps,
): Result<SingleStepPlan, readonly RunFault[]> {
  const { steps } = definition;
  const ancestors = ancestorsOf(steps);
  const before = ancestors.get(stepId);
  if (before === undefined) return err([unknownStep(stepId, steps)]);
  if (steps.some((step) => step.id === stepId && step.finally === 'yes')) {
    return err([{ path: 'only_step', message: 'is a step of finally: those run after others' }]);
  }
  const runs = (step: AutomationStep) =>
    step.id === stepId || (step.approval !== undefined && before.has(step.id));
  const chosen = steps.filter(runs);
  const ids = new Set(chosen.map(({ id }) => id));
  const known = { ids, ended, before };
  const used = new Set(chosen.flatMap((step) => usedBy(step, known)));
  const faults = chosen.flatMap((step) => {
    const loads = (step.artifacts?.load ?? []).map((loaded) => loadsArtifact(step, loaded));
    return loads.length > 0
      ? loads
      : [...unendedSteps(step, known), ...missingOutputs(step, known)];
  });
  if (faults.length > 0) return err(faults);
  const reduced = chosen.map((step) => ({
    ...step,
    needs: [...ids].filter((id) => ancestors.get(step.id)?.has(id)),
  }));
  return ok({
    definition: { ...definition, inputs: declaredInputs(definition), steps: reduced },
    left: steps.filter(({ id }) => before.has(id) && !ids.has(id)),
    outputs: Object.fromEntries([...used].map((id) => [id, ended.get(id) ?? null] as const)),
  });
}

function unknownStep(stepId: string, steps: readonly AutomationStep[]): RunFault {
  const near = nearName(
    stepId,
    steps.map(({ id }) => id),
  );
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return { path: 'only_step', message: `is not a step of this version${hint}` };
}

interface Known {
  readonly ids: ReadonlySet<string>;
  readonly ended: EndedSteps;
  /** The steps before the one that runs. */
  readonly before: ReadonlySet<string>;
}

/** The steps that it uses and that do not run; a condition may use those before it as a whole. */
function usedBy(step: AutomationStep, { ids, before }: Known): readonly string[] {
  const used = listUsedSteps(step);
  return [...(used === 'all' ? before : used)].filter((id) => !ids.has(id));
}

/** A condition without what it asks about could hold although a whole run would skip the step. */
function unendedSteps(step: AutomationStep, known: Known): readonly RunFault[] {
  return usedBy(step, known)
    .filter((id) => !known.ended.has(id))
    .map((id) => faultOf(step, `uses the step ${id}, which does not run`));
}

function faultOf({ id }: AutomationStep, why: string): RunFault {
  return {
    path: 'outputs_from',
    message: `${id} ${why}: name an execution in which it has ended`,
  };
}

function loadsArtifact({ id }: AutomationStep, loaded: string): RunFault {
  const message =
    `${id} loads ${loaded}, which belongs to the execution that saved it: run the whole ` +
    `workflow, or retry that execution from ${id}`;
  return { path: 'only_step', message };
}

/** References without a value, such as to an output of a step that was skipped. */
function missingOutputs(step: AutomationStep, { ids, ended }: Known): readonly RunFault[] {
  const paths = listTexts(step, []).flatMap(({ text }) => {
    const parsed = parseTemplate(text);
    const parts = parsed.ok ? parsed.value : [];
    return parts.flatMap((part) => (part.kind === 'reference' ? [part.path] : []));
  });
  const lacking = paths.filter(([root, id = '', , name = '']) => {
    if (root !== 'steps' || ids.has(id) || !ended.has(id)) return false;
    const outputs: Readonly<Record<string, Json>> | null = ended.get(id) ?? null;
    return outputs === null || !Object.hasOwn(outputs, name);
  });
  const names = new Set(lacking.map((path) => path.join('.')));
  return [...names].map((name) => ({
    path: 'outputs_from',
    message: `${step.id} uses \${${name}}, which that execution does not have`,
  }));
}
