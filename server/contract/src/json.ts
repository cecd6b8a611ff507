import { z } from 'zod';

/** Any JSON value: what crosses a wire or rests in a store. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Deeper values are left to zod, which knows what to say of them. Unit: levels. */
const PLAIN_DEPTH_MAX = 64;

/** Any JSON value, as zod describes it; what is plain JSON is not taken apart and copied for it. */
function jsonSchema() {
  const schema = z.json();
  const { run } = schema._zod;
  schema._zod.run = (payload, context) =>
    isPlainJson(payload.value, PLAIN_DEPTH_MAX) ? payload : run(payload, context);
  return schema;
}

function isPlainJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === 0) return false;
  if (Array.isArray(value)) return value.every((inner) => isPlainJson(inner, depth - 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.keys(value).every(
    (name) => name !== '__proto__' && isPlainJson(Reflect.get(value, name), depth - 1),
  );
}

/** Whether a value has named members: an object, but neither null nor an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Schema of {@link JsonObject}: unknown keys are kept, values are not looked into. */
export const JsonObject = z.record(z.string(), jsonSchema());

/**
 * Writes JSON with object keys in order, so that equal values have equal text.
 * Source of the idea: RFC 8785 (JSON Canonicalization Scheme), without its number formatting,
 * because ECMAScript's own `JSON.stringify` already writes numbers that way.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(putInOrder(value));
}

/** Sorted before it is written: a replacer function would keep the engine's writer waiting. */
function putInOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(putInOrder);
  if (!isRecord(value)) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return putInOrder(value.toJSON());
  const names = Object.keys(value).sort();
  // Assigned to, this one would be the prototype.
  if (names.includes('__proto__'))
    return Object.fromEntries(names.map((name) => entryOf(value, name)));
  const ordered: Record<string, unknown> = {};
  for (const name of names) ordered[name] = putInOrder(value[name]);
  return ordered;
}

function entryOf(value: object, name: string): [string, unknown] {
  return [name, putInOrder(Reflect.get(value, name))];
}

/** Whether two JSON values are equal, object keys in any order. */
export function equalJson(left: unknown, right: unknown): boolean {
  // Most of what is compared: it need not be written.
  if (left === right) return true;
  if (typeof left === 'string' && typeof right === 'string') return false;
  return canonicalJson(left) === canonicalJson(right);
}
