/** Brings a document into the one form of definitions: aliases, numbers of retries, order. */
import { isRecord } from '@novacron/contract/json';
import type { DefinitionPath } from '../model/automation.ts';
import { DEFINITION_ALIASES, NO_ALIASES, RETRY_ALIASES, STEP_ALIASES } from './aliases.ts';
import {
  type Field,
  type FieldMap,
  fieldsOf,
  keyOfPath,
  type Reading,
  refuse,
  toObject,
} from './field-map.ts';
import { readAction } from './read-action.ts';

type Kind = 'workflow' | 'runbook';

/**
 * Brings a document into the form of the format; what it cannot read stays as it is, for the schema
 * to refuse.
 * @param document - what the text holds
 * @param reading - collects origins and refusals
 */
export function canonicaliseDocument(document: unknown, reading: Reading): unknown {
  const whole = { value: document, origin: [] };
  const fields = fieldsOf(whole, DEFINITION_ALIASES, reading);
  if (fields === undefined) return document;
  const kind: Kind =
    fields.get('kind')?.value === 'runbook' || fields.has('metadata') ? 'runbook' : 'workflow';
  if (!fields.has('kind')) fields.set('kind', { value: kind, origin: [] });
  liftMetadata(fields, reading);
  nameDefinition(fields);
  readVersion(fields, reading);
  readInputs(fields, reading);
  const schedules = fields.get('schedules');
  if (schedules !== undefined) fields.set('schedules', readSchedules(schedules, reading));
  for (const list of STEP_LISTS) {
    const steps = fields.get(list);
    if (steps !== undefined) fields.set(list, readSteps(steps, { kind, list }, reading));
  }
  return toObject(fields, [], reading);
}

/** The keys of `metadata` stand beside it. */
function liftMetadata(fields: FieldMap, reading: Reading): void {
  const metadata = fields.get('metadata');
  const inner = metadata === undefined ? undefined : fieldsOf(metadata, NO_ALIASES, reading);
  if (inner === undefined) return;
  fields.delete('metadata');
  for (const [name, field] of inner) {
    if (!fields.has(name)) fields.set(name, field);
    else refuse(reading, field.origin, `stands beside metadata again: keep one ${name}`);
  }
}

/** With an `id`, that is the name, and `name` is its title. */
function nameDefinition(fields: FieldMap): void {
  const id = fields.get('id');
  if (id === undefined) return;
  const name = fields.get('name');
  fields.delete('id');
  fields.set('name', id);
  if (name !== undefined && !fields.has('title')) fields.set('title', name);
}

/** `version: 1.0` is the text that is written, not the number 1. */
function readVersion(fields: FieldMap, reading: Reading): void {
  const version = fields.get('version');
  if (version === undefined || typeof version.value !== 'number') return;
  const value = reading.sourceOf(version.origin) ?? String(version.value);
  fields.set('version', { ...version, value });
}

/** `inputs: {host: string}` is short for the type. */
function readInputs(fields: FieldMap, reading: Reading): void {
  const inputs = fields.get('inputs');
  if (inputs === undefined || !isRecord(inputs.value)) return;
  const value = Object.fromEntries(
    Object.entries(inputs.value).map(([name, declared]): [string, unknown] => {
      if (typeof declared === 'string') return [name, { type: declared }];
      const origin = [...inputs.origin, name];
      const inner = fieldsOf({ value: declared, origin }, NO_ALIASES, reading);
      if (inner === undefined) return [name, declared === null ? {} : declared];
      return [name, toObject(inner, ['inputs', name], reading)];
    }),
  );
  fields.set('inputs', { ...inputs, value });
}

/** `schedule: "0 3 * * *"` is short for a list of one. */
function readSchedules({ value, origin }: Field, reading: Reading): Field {
  const isList = Array.isArray(value);
  const list: readonly unknown[] = isList ? value : [value];
  const schedules = list.map((each, index) => {
    const place = isList ? [...origin, index] : origin;
    reading.origins.set(keyOfPath(['schedules', index]), place);
    return typeof each === 'string' ? { cron: each } : each;
  });
  return { value: schedules, origin };
}

/** Keys of a definition that have lists of steps. */
const STEP_LISTS = ['steps', 'finally'] as const;

function readSteps(
  { value, origin }: Field,
  { kind, list: key }: { readonly kind: Kind; readonly list: (typeof STEP_LISTS)[number] },
  reading: Reading,
): Field {
  if (!Array.isArray(value)) return { value, origin };
  const list: readonly unknown[] = value;
  let previous: unknown;
  const steps = list.map((each, index) => {
    const field = { value: each, origin: [...origin, index] };
    const step = readStep(field, { kind, previous, path: [key, index] }, reading);
    previous = isRecord(step) ? step.id : undefined;
    return step;
  });
  return { value: steps, origin };
}

interface StepContext {
  readonly kind: Kind;
  /** The id of the step above. */
  readonly previous: unknown;
  readonly path: DefinitionPath;
}

function readStep(field: Field, { kind, previous, path }: StepContext, reading: Reading): unknown {
  const fields = fieldsOf(field, STEP_ALIASES, reading);
  if (fields === undefined) return field.value;
  readNeeds(fields, kind, previous);
  readRetry(fields, path, reading);
  readFailure(fields, { kind, origin: field.origin }, reading);
  readAction(fields, path, reading);
  const compensate = fields.get('compensate');
  const inner = compensate && fieldsOf(compensate, STEP_ALIASES, reading);
  if (compensate !== undefined && inner !== undefined) {
    const place = [...path, 'compensate'];
    readAction(inner, place, reading);
    fields.set('compensate', { ...compensate, value: toObject(inner, place, reading) });
  }
  return toObject(fields, path, reading);
}

/** One id is a list of one; a step of a runbook without any follows the one above it. */
function readNeeds(fields: FieldMap, kind: Kind, previous: unknown): void {
  const needs = fields.get('needs');
  if (typeof needs?.value === 'string') fields.set('needs', { ...needs, value: [needs.value] });
  if (needs?.value === null) fields.set('needs', { ...needs, value: [] });
  if (needs !== undefined || kind === 'workflow' || typeof previous !== 'string') return;
  fields.set('needs', { value: [previous], origin: fields.get('id')?.origin ?? [] });
}

/** `retry_count` counts attempts after the first one; `retry: 3` is the number of attempts. */
function readRetry(fields: FieldMap, path: DefinitionPath, reading: Reading): void {
  const count = fields.get('retry_count');
  const retry = fields.get('retry');
  fields.delete('retry_count');
  if (count !== undefined && retry !== undefined) {
    refuse(reading, count.origin, 'stands beside retry: keep one of them');
  }
  const place = [...path, 'retry'];
  if (count !== undefined && retry === undefined) {
    const value = typeof count.value === 'number' ? count.value + 1 : count.value;
    reading.origins.set(keyOfPath([...place, 'max_attempts']), count.origin);
    fields.set('retry', { value: { max_attempts: value }, origin: count.origin });
    return;
  }
  if (retry === undefined) return;
  if (typeof retry.value === 'number') {
    reading.origins.set(keyOfPath([...place, 'max_attempts']), retry.origin);
    fields.set('retry', { ...retry, value: { max_attempts: retry.value } });
    return;
  }
  const inner = fieldsOf(retry, RETRY_ALIASES, reading);
  if (inner === undefined) return;
  const backoff = inner.get('backoff');
  if (backoff?.value === 'constant') inner.set('backoff', { ...backoff, value: 'fixed' });
  fields.set('retry', { ...retry, value: toObject(inner, place, reading) });
}

/** `critical: true` stops a run; else each kind has its own default. */
function readFailure(
  fields: FieldMap,
  { kind, origin }: { readonly kind: Kind; readonly origin: DefinitionPath },
  reading: Reading,
): void {
  const critical = fields.get('critical');
  const given = fields.get('on_failure');
  fields.delete('critical');
  if (critical !== undefined && typeof critical.value !== 'boolean') {
    refuse(reading, critical.origin, 'must be true or false');
  }
  if (critical !== undefined && given !== undefined) {
    refuse(reading, critical.origin, 'stands beside on_failure: keep one of them');
  }
  if (given !== undefined) return;
  const usual = kind === 'workflow' ? 'take_back' : 'go_on';
  const value = critical?.value === true ? 'stop' : usual;
  fields.set('on_failure', { value, origin: critical?.origin ?? origin });
}
