/** Writes a sequence of tasks as a runbook: what differed between incidents becomes an input. */
import { formatDuration } from '@novacron/contract/formats/duration';
import type { Json } from '@novacron/contract/json';
import { isOperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { assert } from '@novacron/contract/result';
import { stringify } from 'yaml';
import type { z } from 'zod';
import type { HistoricAction, RecoveryDraft, RecoverySequence } from './recovery-model.ts';

/** The input that names the VM of the incident. */
export const VM_INPUT = 'vm';

/** Incidents that comments name. */
const NAMED_MAX = 10;

/** Longer texts are no parameters that people read in a draft. Unit: characters. */
const TEXT_MAX = 200;

/** Fields that the server itself adds to writes, and the VM, which is an input of its own. */
const OWN_FIELDS: readonly string[] = ['id', 'idempotency_key', 'claim', 'if_revision'];

/** Parts of the draft. */
export interface DraftParts {
  readonly cause: string;
  readonly sequence: RecoverySequence;
  /** For each incident in which it helped: its actions, as many as the sequence has tasks. */
  readonly examples: readonly (readonly HistoricAction[])[];
  /** Incidents that were looked at. */
  readonly of: number;
}

/** Inputs and steps while they are collected. */
interface Drafting {
  readonly inputs: Map<string, Readonly<Record<string, Json>>>;
  readonly ids: Set<string>;
}

/** Writes the draft. Each of its steps ends the run where it fails, so that a person looks. */
export function writeDraft({ cause, sequence, examples, of }: DraftParts): RecoveryDraft {
  const name = `heal-${cause.replaceAll('_', '-')}`;
  const description = `Id of the VM that the incident of the cause ${cause} is about`;
  const drafting: Drafting = {
    inputs: new Map([[VM_INPUT, { pattern: 'vm_[0-9a-z]+', description }]]),
    ids: new Set(),
  };
  const steps = sequence.tasks.map((task, at) => {
    const id = idOf(task, drafting);
    const changes = examples.map((actions) => actions[at]?.changed ?? {});
    const fields = fieldsOf(task, { id, changes }, drafting);
    return { id, task, with: { id: `\${${VM_INPUT}}`, ...fields }, critical: true };
  });
  const document = {
    kind: 'runbook',
    name,
    title: `Heal ${cause.replaceAll('_', ' ')}`,
    type: 'incident_response',
    inputs: Object.fromEntries(drafting.inputs),
    steps,
  };
  const comments = evidenceLines(sequence, of).map((line) => `# ${line}\n`);
  return { name, text: `${comments.join('')}${stringify(document)}` };
}

/** Says in lines why a sequence is proposed. */
function evidenceLines(
  { tasks, incidentIds, helped, byPeople, medianMs }: RecoverySequence,
  of: number,
): readonly string[] {
  const named = incidentIds.slice(-NAMED_MAX);
  const more = incidentIds.length > named.length ? ', the latest of them' : '';
  return [
    `${tasks.join(', ')}: done in ${incidentIds.length} of ${of} incidents.`,
    `It was the last thing done, and succeeded, in ${helped} of them.`,
    `Until the incident was over it took ${formatDuration(medianMs)} (median).`,
    `People did a part of it in ${byPeople}; NovaCron alone in the others.`,
    `Incidents${more}: ${named.join(', ')}`,
  ];
}

function idOf(task: string, { ids }: Drafting): string {
  const verb = task.slice(task.indexOf('.') + 1);
  let id = verb;
  for (let next = 2; ids.has(id); next += 1) id = `${verb}_${next}`;
  ids.add(id);
  return id;
}

interface StepChanges {
  readonly id: string;
  /** Changes it made in each incident. */
  readonly changes: readonly HistoricAction['changed'][];
}

/** Fields that are equal in all incidents stay; others, and those that are missing, are inputs. */
function fieldsOf(
  task: string,
  { id, changes }: StepChanges,
  drafting: Drafting,
): Readonly<Record<string, Json>> {
  assert(isOperationName(task), `${task} is a task`);
  const shape: Readonly<Record<string, z.ZodType>> = operationRow(task).input.shape;
  const fields: Record<string, Json> = {};
  for (const [field, schema] of Object.entries(shape)) {
    if (OWN_FIELDS.includes(field)) continue;
    const values = changes.flatMap((each) => (each[field] === undefined ? [] : [each[field]]));
    const isNeeded = !schema.safeParse(undefined).success;
    if (values.length < changes.length && !isNeeded) continue;
    const [first] = values;
    const isSame = values.every((value) => JSON.stringify(value) === JSON.stringify(first));
    if (first !== undefined && isSame && isPlain(first) && schema.safeParse(first).success) {
      fields[field] = typeof first === 'string' ? first.replaceAll('${', () => '$${') : first;
      continue;
    }
    const input = drafting.inputs.has(field) ? `${id}_${field}` : field;
    drafting.inputs.set(input, declarationOf(field, { id, values }));
    fields[field] = `\${${input}}`;
  }
  return fields;
}

function declarationOf(
  field: string,
  { id, values }: { readonly id: string; readonly values: readonly Json[] },
): Readonly<Record<string, Json>> {
  const seen = [...new Set(values.filter(isPlain).map(String))].slice(0, NAMED_MAX);
  const description = `${field} of ${id}${seen.length === 0 ? '' : `; so far ${seen.join(', ')}`}`;
  return { type: typeOf(values), description };
}

function typeOf(values: readonly Json[]): string {
  const has = (is: (value: Json) => boolean): boolean => values.length > 0 && values.every(is);
  if (has(Number.isInteger)) return 'integer';
  if (has((value) => typeof value === 'number')) return 'number';
  if (has((value) => typeof value === 'boolean')) return 'boolean';
  if (has(Array.isArray)) return 'list';
  return has((value) => typeof value === 'object' && value !== null) ? 'object' : 'string';
}

function isPlain(value: Json): value is string | number | boolean {
  if (typeof value === 'string') return value.length <= TEXT_MAX;
  return typeof value === 'number' || typeof value === 'boolean';
}
