import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { clearEmptyValues } from '@novacron/contract/schema/empty-value';
import type { Field } from '@novacron/contract/schema/field';
import { formatPath, type PathStep } from '../cty/path.ts';
import type { ValueIssue } from '../framework/schema/attribute.ts';
import { innerSchema } from './inner-schema.ts';

type FieldSchema = Field['schema'];

/** Validates a value with a schema of the contract. Returns the first issue of each path. */
export function findIssues(schema: FieldSchema, value: unknown): readonly ValueIssue[] {
  const parsed = schema.safeParse(value, IN_WORDS);
  if (parsed.success) return [];
  const isOfMap = isMap(schema);
  const byPlace = new Map<string, ValueIssue>();
  for (const { path, message } of parsed.error.issues) {
    const at = path.map((step) =>
      typeof step === 'number' ? step : stepOf(String(step), isOfMap),
    );
    const place = formatPath(at);
    if (!byPlace.has(place)) byPlace.set(place, { at, message });
  }
  return [...byPlace.values()];
}

/**
 * Validates a configured value, whose empty optional parts are none.
 * @param schema - nullable for an optional argument
 */
export function findIssuesUnlessNone(schema: FieldSchema, value: unknown): readonly ValueIssue[] {
  return findIssues(schema, clearEmptyValues(schema, value));
}

function isMap(schema: FieldSchema): boolean {
  switch (schema.def.type) {
    case 'nullable':
    case 'prefault':
    case 'default':
      return isMap(innerSchema(schema));
    default:
      return schema.def.type === 'record';
  }
}

function stepOf(name: string, isOfMap: boolean): PathStep {
  return isOfMap ? { key: name } : name;
}
