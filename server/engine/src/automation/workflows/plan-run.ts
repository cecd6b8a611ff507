/** Plans a run without starting it: order, critical path, and what each step would be given. */
import {
  type AutomationDefinition,
  type AutomationStep,
  FOR_EACH_MAX,
} from '@novacron/contract/automation/definition';
import { isRecord, type Json } from '@novacron/contract/json';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import { kindsOf } from './checks/list-actions.ts';
import type { RunFault, RunInputs, RunPlan, StepPlan } from './model/automation.ts';
import { expectedMs } from './order/expected-ms.ts';
import { orderSteps } from './order/order-steps.ts';
import { type TimedStep, timeSteps } from './order/time-steps.ts';
import { compileCondition, toCelValue } from './parse/compile-condition.ts';
import { resolveInputs } from './resolve/resolve-inputs.ts';
import { type Lookup, resolveAction, resolveValue } from './resolve/resolve-values.ts';

/** Inputs and durations for planning a run. */
export interface RunRequest {
  readonly inputs: RunInputs;
  /** Known durations of steps, by id. Unit: milliseconds. */
  readonly durationsMs: ReadonlyMap<string, number>;
}

/** A step with what the inputs say of it. */
interface KnownStep extends Pick<StepPlan, 'kind' | 'runs' | 'times' | 'action'> {
  readonly step: AutomationStep;
}

/**
 * Plans a run.
 * @param definition - without errors, as `readDefinition` returns it
 * @param request - inputs and durations
 * @returns the plan. Problems: everything that is wrong with inputs or follows from them
 */
export function planRun(
  definition: AutomationDefinition,
  request: RunRequest,
): Result<RunPlan, readonly RunFault[]> {
  const resolved = resolveInputs(definition, request.inputs);
  if (!resolved.ok) {
    return err(resolved.error.map(({ name, message }) => ({ path: `inputs.${name}`, message })));
  }
  const inputs = resolved.value;
  const order = orderSteps(definition.steps);
  assert(order !== undefined, 'the steps of a checked definition have an order');
  const faults: RunFault[] = [];
  const known = order.steps.map((step) => knowStep(step, inputs, faults));
  if (faults.length > 0) return err(faults);
  const timed = timeSteps(known.map((each) => timedStep(each, request)));
  const steps = known.map(({ step, kind, runs, times, action }): StepPlan => {
    const time = timed.times.get(step.id);
    assert(time !== undefined, 'every step has a time');
    return {
      id: step.id,
      kind,
      level: order.levels.get(step.id) ?? 0,
      earliestMs: time.earliestMs,
      durationMs: time.durationMs,
      critical: timed.criticalPath.includes(step.id) ? 'yes' : 'no',
      runs,
      finally: step.finally ?? 'no',
      times,
      action,
    };
  });
  const { criticalPath, makespanMs, serialMs, parallelMax } = timed;
  return ok({
    name: definition.name,
    inputs,
    steps,
    criticalPath,
    makespanMs,
    serialMs,
    parallelMax,
  });
}

function knowStep(step: AutomationStep, inputs: RunInputs, faults: RunFault[]): KnownStep {
  const refuse = (key: string, message: string) => {
    faults.push({ path: `steps.${step.id}.${key}`, message });
  };
  const lookup = lookupIn(inputs);
  const [kind] = kindsOf(step);
  assert(kind !== undefined, 'every step of a checked definition has an action');
  const runs = evaluateCondition(step.if, inputs);
  if (!runs.ok) refuse('if', runs.error);
  const times = countItems(step.for_each, lookup);
  if (!times.ok) refuse('for_each', times.error);
  const action = resolveAction(step, kind, lookup);
  if (!action.ok) refuse(kind, action.error);
  return {
    step,
    kind,
    runs: runs.ok ? runs.value : 'unknown',
    times: times.ok ? times.value : undefined,
    action: action.ok ? action.value : null,
  };
}

/** Finds the values of inputs; everything else is not known before a run. */
function lookupIn(inputs: RunInputs): Lookup {
  return (path) => {
    const [root = '', ...rest] = path;
    const keys = root === 'inputs' ? rest : path;
    if (root !== 'inputs' && path.length > 1) return undefined;
    let value: Json | undefined = inputs;
    for (const key of keys) value = memberOf(value, key);
    return value;
  };
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    return /^\d+$/.test(key) ? list[Number(key)] : undefined;
  }
  if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
  const members: Readonly<Record<string, Json>> = value;
  return members[key];
}

function evaluateCondition(
  condition: string | undefined,
  inputs: RunInputs,
): Result<StepPlan['runs'], string> {
  if (condition === undefined) return ok('yes');
  const compiled = compileCondition(condition);
  if (!compiled.ok) return compiled;
  if (compiled.value.reads.some(([root = '']) => LATER.includes(root))) return ok('unknown');
  const holds = compiled.value.evaluate({ inputs: toCelValue(inputs) });
  return holds.ok ? ok(holds.value ? 'yes' : 'no') : holds;
}

/** Roots in conditions that are known only during a run. */
const LATER: readonly string[] = ['steps', 'item', 'run'];

function countItems(
  items: AutomationStep['for_each'],
  lookup: Lookup,
): Result<number | undefined, string> {
  if (items === undefined) return ok(1);
  const value = typeof items === 'string' ? resolveValue(items, lookup) : items;
  if (value === items && typeof items === 'string') return ok(undefined);
  if (!Array.isArray(value)) return err('is not a list: give one to the input that it names');
  if (value.length <= FOR_EACH_MAX) return ok(value.length);
  return err(`has ${value.length} items, ${FOR_EACH_MAX} at most: split the list`);
}

function timedStep({ step, runs }: KnownStep, { durationsMs }: RunRequest): TimedStep {
  const { id, needs } = step;
  const durationMs = runs === 'no' ? 0 : expectedMs(step, durationsMs.get(id));
  return { id, needs, durationMs };
}
