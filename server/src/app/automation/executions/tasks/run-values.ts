/** The values that a run has, and its attempts in their order. */
import type { AutomationStep } from '@novacron/contract/automation/definition';
import type { Json, JsonObject } from '@novacron/contract/json';
import { ancestorsOf } from '@novacron/engine/automation/workflows/order/order-steps';
import type {
  EndedStatus,
  RunValues,
} from '@novacron/engine/automation/workflows/resolve/resolve-step';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { itemStepName } from '@novacron/engine/sagas/rules/expand-steps';
import { stepStatesOf } from '@novacron/engine/sagas/rules/step-states';
import type {
  ExecutionArtifactRow,
  ExecutionStepRow,
} from '../../../../ports/tables/automation/workflow-rows.ts';
import type { OperationDefinition } from '../../../kernel/definitions/operation-definition.ts';

/** The values that a run has, from the attempts that have succeeded. */
export function valuesOf(
  runId: string,
  definition: OperationDefinition,
  done: readonly ExecutionStepRow[],
): RunValues {
  const stored = new Map(
    inOrder(done).map(({ step, outputs_json }) => [step, parseOutputs(outputs_json)] as const),
  );
  const given = givenOutputs(definition);
  const outputs = new Map([...given, ...stored]);
  for (const step of stepsOf(definition)) {
    if (step.for_each !== undefined && stored.has(step.id)) {
      outputs.set(step.id, outputsOfItems(step, stored));
    }
  }
  const inputs = definition.execution?.inputs ?? {};
  return { inputs, outputs, runId, given: new Set(given.keys()) };
}

/** What steps have saved, by step and name, from the attempts that have succeeded. */
export function savedOf(
  done: readonly ExecutionStepRow[],
  rows: readonly ExecutionArtifactRow[],
): ReadonlyMap<string, JsonObject> {
  const saved = new Map<string, JsonObject>();
  for (const { step, name, bytes, sha256 } of artifactsOf(done, rows)) {
    saved.set(step, { ...saved.get(step), [name]: { bytes, sha256 } });
  }
  return saved;
}

/** The artifacts that count: those of the last attempts that have succeeded. */
export function artifactsOf(
  done: readonly ExecutionStepRow[],
  rows: readonly ExecutionArtifactRow[],
): readonly ExecutionArtifactRow[] {
  const last = new Map(inOrder(done).map(({ id, step }) => [step, id] as const));
  return rows.filter((row) => last.get(row.step) === `${row.execution_id}/${row.attempt}`);
}

/**
 * How the steps before a step have ended. It begins once they have: what has neither succeeded nor
 * was skipped has failed.
 */
export function statusesBefore(
  { id }: Pick<AutomationStep, 'id'>,
  definition: OperationDefinition,
  ended: readonly ExecutionStepRow[],
): ReadonlyMap<string, EndedStatus> {
  const steps = stepsOf(definition);
  const before = ancestorsOf(steps).get(id) ?? new Set();
  const results = new Map(inOrder(ended).map((row) => [row.step, row]));
  const statusOf = (name: string): EndedStatus => {
    const result = results.get(name)?.result;
    return result === 'succeeded' || result === 'skipped' ? result : 'failed';
  };
  const given = [...givenOutputs(definition).keys()].map((each) => [each, 'succeeded'] as const);
  const own = steps
    .filter((step) => before.has(step.id))
    .map((step): [string, EndedStatus] => {
      const list = results.get(step.id);
      const isRepeated = step.for_each !== undefined && list?.result === 'succeeded';
      const items = isRepeated ? itemsOf(list).map((_, at) => itemStepName(step.id, at)) : [];
      const isFailed = items.some((name) => statusOf(name) === 'failed');
      return [step.id, isFailed ? 'failed' : statusOf(step.id)];
    });
  return new Map([...given, ...own]);
}

/**
 * How the steps before one of `finally` have ended, which may have failed, never begun or been
 * undone.
 */
export function statusesAtEnd(
  { id }: Pick<AutomationStep, 'id'>,
  definition: OperationDefinition,
  {
    log,
    ended,
  }: { readonly log: readonly LogEntry[]; readonly ended: readonly ExecutionStepRow[] },
): ReadonlyMap<string, EndedStatus> {
  const states = stepStatesOf(definition.steps, log);
  const before = ancestorsOf(stepsOf(definition)).get(id) ?? new Set();
  const results = new Map(inOrder(ended).map(({ step, result }) => [step, result]));
  const statusOf = (name: string): EndedStatus => {
    const { forward, backward } = states.get(name) ?? {};
    if (forward?.kind === 'untouched') return 'skipped';
    if (forward?.kind !== 'succeeded') return 'failed';
    if (backward?.kind === 'succeeded') return 'taken_back';
    return results.get(name) === 'skipped' ? 'skipped' : 'succeeded';
  };
  const statuses = [...before].map((name): [string, EndedStatus] => {
    const items = [...states.keys()].filter((each) => each.startsWith(`${name}[`)).map(statusOf);
    const worst = (['failed', 'taken_back'] as const).find((status) => items.includes(status));
    return [name, worst ?? statusOf(name)];
  });
  return new Map(statuses);
}

/** Returns the initial outputs of a run of a single step. */
function givenOutputs({ execution }: OperationDefinition): ReadonlyMap<string, JsonObject> {
  const entries = Object.entries(execution?.only?.outputs ?? {});
  return new Map(
    entries.flatMap(([id, outputs]): [string, JsonObject][] =>
      outputs === null ? [] : [[id, outputs]],
    ),
  );
}

/** Attempts as they ended: the last one of a step counts. */
export function inOrder(done: readonly ExecutionStepRow[]): readonly ExecutionStepRow[] {
  return done.toSorted((left, right) => left.at_ms - right.at_ms);
}

function parseOutputs(json: string | null): JsonObject {
  return JSON.parse(json ?? '{}');
}

/** The items of a step that is repeated, as its row has them. */
export function itemsOf({ outputs_json }: Pick<ExecutionStepRow, 'outputs_json'>): readonly Json[] {
  const { items } = parseOutputs(outputs_json);
  return Array.isArray(items) ? items : [];
}

/** Each output as the list of those of the items; null for an item that has none. */
function outputsOfItems(
  { id, outputs = {} }: AutomationStep,
  stored: ReadonlyMap<string, JsonObject>,
): JsonObject {
  const { items } = stored.get(id) ?? {};
  const count = Array.isArray(items) ? items.length : 0;
  const indexes = Array.from({ length: count }, (_, index) => index);
  const lists = Object.keys(outputs).map((name): [string, Json] => [
    name,
    indexes.map((index) => stored.get(itemStepName(id, index))?.[name] ?? null),
  ]);
  return Object.fromEntries(lists);
}

/** The steps of an execution as its version has them. */
export function stepsOf({ steps }: OperationDefinition): readonly AutomationStep[] {
  return steps.flatMap(({ action }) => (action.kind === 'automation' ? [action.step] : []));
}
