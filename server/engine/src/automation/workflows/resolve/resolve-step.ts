/** Resolves a step in a run: its condition, and its action with inputs and outputs. */
import type {
  ActionKind,
  AutomationStep,
  Compensation,
} from '@novacron/contract/automation/definition';
import { isRecord, type Json, type JsonObject } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import type { RunInputs } from '../model/automation.ts';
import { compileCondition, toCelValue } from '../parse/compile-condition.ts';
import { type Lookup, resolveAction, resolveValue } from './resolve-values.ts';

/** How a step has ended for those after it. */
export type EndedStatus = 'succeeded' | 'skipped' | 'failed' | 'taken_back';

/** How a run has ended for its steps of `finally`; `failed` also after its deadline. */
type EndedRun = 'succeeded' | 'failed' | 'cancelled';

/** What is known of a run itself. */
export const RUN_FIELDS: readonly string[] = ['id', 'status'];

/** What is known of an artifact besides its content. */
export const ARTIFACT_FIELDS: readonly string[] = ['sha256', 'bytes'];

/** Values of a run known when a step begins. */
export interface RunValues {
  readonly inputs: RunInputs;
  /** Outputs of the steps that have succeeded, by id. */
  readonly outputs: ReadonlyMap<string, JsonObject>;
  /** What steps have saved for later ones, by id and name: `ARTIFACT_FIELDS` of each. */
  readonly artifacts?: ReadonlyMap<string, JsonObject>;
  /** How the steps before it have ended, by id. */
  readonly statuses?: ReadonlyMap<string, EndedStatus>;
  /** Ids of steps whose outputs the run began with: they do not run in it. */
  readonly given?: ReadonlySet<string>;
  /** Names the run. */
  readonly runId: string;
  /** How the other steps have ended; known in steps of `finally`. */
  readonly runStatus?: EndedRun;
  /** The item that a repeated step is about; undefined for all others. */
  readonly item?: Json;
  /** Values of secrets by their key in the step: only where its request is about to be sent. */
  readonly secrets?: ReadonlyMap<string, string>;
}

/** Whether the condition of a step holds; a step without one runs. Problems: why it is unknown. */
export function holdsCondition(
  { if: condition }: Pick<AutomationStep, 'if'>,
  values: RunValues,
): Result<boolean, string> {
  if (condition === undefined) return ok(true);
  const compiled = compileCondition(condition);
  if (!compiled.ok) return compiled;
  const { outputs, artifacts, statuses = new Map() } = values;
  const steps = Object.fromEntries(
    [...outputs.keys(), ...statuses.keys()].map((id) => {
      const status = statuses.get(id);
      const known = { outputs: outputs.get(id) ?? {}, artifacts: artifacts?.get(id) ?? {} };
      return [id, { ...known, ...(status === undefined ? {} : { status }) }];
    }),
  );
  return compiled.value.evaluate({
    inputs: toCelValue(values.inputs),
    steps: toCelValue(steps),
    run: runOf(values),
    ...(values.item === undefined ? {} : { item: toCelValue(values.item) }),
  });
}

/**
 * Resolves an action completely.
 * @returns the action as data. Problems: a reference without a value, such as an output of a step
 *   that was skipped; what {@link resolveAction} refuses
 */
export function resolveStep(
  action: Partial<AutomationStep> | Compensation,
  kind: ActionKind,
  values: RunValues,
): Result<Json, string> {
  return resolveAll(values, (lookup) => resolveAction(action, kind, lookup));
}

/** Resolves a text completely; one that is a single reference becomes its value. */
export function resolveText(text: string, values: RunValues): Result<Json, string> {
  return resolveAll(values, (lookup) => ok(resolveValue(text, lookup)));
}

function resolveAll(
  values: RunValues,
  resolve: (lookup: Lookup) => Result<Json, string>,
): Result<Json, string> {
  const missing: string[] = [];
  const resolved = resolve((path) => {
    const value = valueAt(path, values);
    if (value === undefined) missing.push(path.join('.'));
    return value;
  });
  const [first] = missing;
  if (first === undefined) return resolved;
  return err(`\${${first}} has no value: no step that has succeeded has this output`);
}

/** Resolves an action as far as its values are known; the other references stay as written. */
export function resolveKnown(
  action: Partial<AutomationStep> | Compensation,
  kind: ActionKind,
  values: RunValues,
): Result<Json, string> {
  return resolveAction(action, kind, (path) => valueAt(path, values));
}

/** Takes the outputs of a step out of its answer. Problems: a path that the answer lacks. */
export function takeOutputs(
  { outputs = {} }: Pick<AutomationStep, 'outputs'>,
  answer: Json,
): Result<JsonObject, string> {
  return takeMembers(
    outputs,
    answer,
    (name, path) => `its answer has no ${path}, which is its output ${name}`,
  );
}

/** Takes the inputs of a run out of what starts it. Problems: a path that it lacks. */
export function takeInputs(
  inputs: Readonly<Record<string, string>>,
  from: Json,
): Result<JsonObject, string> {
  return takeMembers(
    inputs,
    from,
    (name, path) => `it has no ${path}, which the input ${name} is taken from`,
  );
}

function takeMembers(
  paths: Readonly<Record<string, string>>,
  from: Json,
  explain: (name: string, path: string) => string,
): Result<JsonObject, string> {
  const found: Record<string, Json> = {};
  for (const [name, path] of Object.entries(paths)) {
    const value = memberAt(from, path.split('.'));
    if (value === undefined) return err(explain(name, path));
    found[name] = value;
  }
  return ok(found);
}

function valueAt(path: readonly string[], values: RunValues): Json | undefined {
  const [root = '', ...rest] = path;
  if (root === 'inputs' && rest.length > 0) return memberAt(values.inputs, rest);
  if (root === 'item') return memberAt(values.item, rest);
  if (root === 'run') return memberAt(runOf(values), rest);
  if (root === 'secrets') return rest.length === 1 ? values.secrets?.get(rest.join()) : undefined;
  if (root !== 'steps') return memberAt(values.inputs, path);
  const [id = '', word, ...keys] = rest;
  if (word === 'status' && keys.length === 0) return values.statuses?.get(id);
  if (word === 'artifacts') return memberAt(values.artifacts?.get(id), keys);
  return word === 'outputs' ? memberAt(values.outputs.get(id), keys) : undefined;
}

function runOf({ runId: id, runStatus: status }: RunValues): JsonObject {
  return { id, ...(status === undefined ? {} : { status }) };
}

function memberAt(from: Json | RunInputs | undefined, keys: readonly string[]): Json | undefined {
  let value: unknown = from;
  for (const key of keys) {
    if (Array.isArray(value)) value = /^\d+$/.test(key) ? value[Number(key)] : undefined;
    else value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return isJson(value) ? value : undefined;
}

function isJson(value: unknown): value is Json {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}
