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
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(
      Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)),
    );
  });
}

/** Whether two JSON values are equal, object keys in any order. */
export function equalJson(left: unknown, right: unknown): boolean {
  return canonicalJson(left) === canonicalJson(right);
}
