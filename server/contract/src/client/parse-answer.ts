/** Reads what another release may have answered. */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * Parses an answer. Parts that requests and answers share are strict, because requests are; in an
 * answer a field that this release does not know is one of a newer server, and is left out.
 */
export function parseAnswer<Output>(
  schema: z.ZodType<Output>,
  answer: unknown,
): z.ZodSafeParseResult<Output> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed;
  const unknown = parsed.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  return unknown.length === 0 ? parsed : schema.safeParse(unknown.reduce(withoutKeys, answer));
}

/** A copy of a value without the keys that an issue is about. */
function withoutKeys(value: unknown, issue: Issue & { readonly code: 'unrecognized_keys' }) {
  return changeAt(value, issue.path, (found) =>
    Object.fromEntries(Object.entries(found).filter(([key]) => !issue.keys.includes(key))),
  );
}

function changeAt(
  value: unknown,
  [key, ...below]: readonly PropertyKey[],
  change: (found: object) => unknown,
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (key === undefined) return change(value);
  const step = (found: unknown, name: PropertyKey): unknown =>
    name === key ? changeAt(found, below, change) : found;
  if (Array.isArray(value)) return value.map(step);
  return Object.fromEntries(
    Object.entries(value).map(([name, found]) => [name, step(found, name)]),
  );
}
