/** Checks tasks: which operation, and its input as far as it is known before a run. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import type { Json } from '@novacron/contract/json';
import { replaceNames } from '@novacron/contract/operations-table/name-fields';
import { isOperationName, operationRow } from '@novacron/contract/operations-table/operations';
import {
  isStepOperation,
  isStepWrite,
  stepOperations,
} from '@novacron/contract/operations-table/step-operations';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import type { z } from 'zod';
import type { DefinitionPath, Finding } from '../model/automation.ts';
import { listTexts } from '../parse/list-texts.ts';
import { errorAt, warningAt } from './finding-at.ts';
import { listActions, type PlacedAction } from './list-actions.ts';

/** Fields that the server itself adds to the writes of steps. */
const OWN_FIELDS: readonly string[] = ['idempotency_key', 'claim'];

/** Finds operations that are no step, unknown fields, values that they refuse, missing ones. */
export function checkTasks(definition: AutomationDefinition): readonly Finding[] {
  return listActions(definition).flatMap((placed) => {
    const { task } = placed.action;
    if (task === undefined) return [];
    if (!isOperationName(task) || !isStepOperation(task)) {
      return [errorAt([...placed.path, 'task'], refuseTask(task))];
    }
    const findings = checkInput(placed, operationRow(task).input.shape);
    if (placed.role === 'action' || isStepWrite(task)) return findings;
    const message = `"${task}" changes nothing, so it takes nothing back: name a write`;
    return [errorAt([...placed.path, 'task'], message), ...findings];
  });
}

function refuseTask(task: string): string {
  if (isOperationName(task)) {
    return operationRow(task).effect === 'write'
      ? `"${task}" is never a step: it decides who may do what, so a person does it`
      : `"${task}" is never a step: its answer is for its caller alone, or it waits`;
  }
  const near = nearName(task, stepOperations());
  const hint = near === undefined ? 'docs/api.md lists all' : `did you mean ${near}?`;
  return `"${task}" is not an operation; ${hint}`;
}

function checkInput({ action, path }: PlacedAction, shape: Shape): Finding[] {
  const given = action.with ?? {};
  const known = Object.keys(shape).filter((name) => !OWN_FIELDS.includes(name));
  const findings: Finding[] = [];
  for (const [name, value] of Object.entries(given)) {
    const place = [...path, 'with', name];
    const schema = known.includes(name) ? shape[name] : undefined;
    if (schema === undefined) findings.push(errorAt(place, refuseField(name, action.task, known)));
    else if (!hasReference(value)) findings.push(...faultsOfValue(schema, value, place));
  }
  const missing = known.filter(
    (name) => !Object.hasOwn(given, name) && shape[name]?.safeParse(undefined).success === false,
  );
  if (missing.length > 0) {
    const message = `needs ${missing.join(', ')}, which "with" does not give: give a value to each`;
    findings.push(warningAt([...path, 'task'], message));
  }
  return findings;
}

type Shape = Readonly<Record<string, z.ZodType>>;

function refuseField(name: string, task: string | undefined, known: readonly string[]): string {
  if (OWN_FIELDS.includes(name)) return 'is set by the server for each attempt: remove it';
  const near = nearName(name, known);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `is not a field of ${task}${hint}`;
}

function faultsOfValue(schema: z.ZodType, value: Json, path: DefinitionPath): Finding[] {
  // Which object a name is about is known when the step begins.
  const parsed = schema.safeParse(
    replaceNames(schema, value, () => undefined),
    IN_WORDS,
  );
  if (parsed.success) return [];
  return toValidationProblem(parsed.error, 'The input').fields.map((field) =>
    errorAt([...path, ...field.path], field.message),
  );
}

function hasReference(value: Json): boolean {
  return listTexts(value, []).some(({ text }) => text.includes('${'));
}
