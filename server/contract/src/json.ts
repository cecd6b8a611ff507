import { z } from 'zod';

/** Any JSON value: what crosses a wire or rests in a store. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Schema of {@link JsonObject}: unknown keys are kept, values are not looked into. */
export const JsonObject = z.record(z.string(), z.json());

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
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(putInOrder);
  if ('toJSON' in value && typeof value.toJSON === 'function') return putInOrder(value.toJSON());
  const names = Object.keys(value).sort();
  // Assigned to, this one would be the prototype.
  if (names.includes('__proto__'))
    return Object.fromEntries(names.map((name) => entryOf(value, name)));
  const ordered: Record<string, unknown> = {};
  for (const name of names) ordered[name] = putInOrder((value as Record<string, unknown>)[name]);
  return ordered;
}

function entryOf(value: object, name: string): [string, unknown] {
  return [name, putInOrder((value as Record<string, unknown>)[name])];
}

/** Whether two JSON values are equal, object keys in any order. */
export function equalJson(left: unknown, right: unknown): boolean {
  // Most of what is compared: it need not be written.
  if (left === right) return true;
  if (typeof left === 'string' && typeof right === 'string') return false;
  return canonicalJson(left) === canonicalJson(right);
}
