/** Parses JSON from strangers: valid UTF-8, bounded depth, no keys that reach into prototypes. */
import { types } from 'node:util';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';

/** Deeper values overflow the stacks of recursive readers; honest requests stay below 10. */
const JSON_DEPTH_MAX = 64;

/** Keys that a careless copy of the value would write through. */
const KEYS_REFUSED = ['__proto__', 'constructor'];

/**
 * Parses a body.
 * @param what - what the bytes are called in messages
 * Problems: `validation-failed`, with line and column where the parser reports the position.
 */
export function parseJson(
  bytes: Uint8Array,
  what: 'body' | 'message' = 'body',
): Result<unknown, Problem> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse(`The ${what} is not UTF-8 text.`, `Encode the ${what} as UTF-8.`);
  }
  try {
    const value: unknown = JSON.parse(text);
    return checkShape(value, what);
  } catch (cause) {
    // JSON.parse throws nothing but SyntaxError, whose words are the only place of the position.
    const reason = types.isNativeError(cause) ? cause.message : String(cause);
    return refuse(
      `The ${what} is not JSON: ${describeSyntaxError(reason, text)}.`,
      `Correct the ${what} and send it again.`,
    );
  }
}

/**
 * Says what is wrong and where, without repeating the body. Only the end of the parser's message
 * can be trusted to be a position: in the middle some messages quote the body.
 */
function describeSyntaxError(reason: string, text: string): string {
  if (reason === 'Unexpected end of JSON input')
    return `${reason} at ${placeOf(text.length, text)}`;
  const placed = /^(.+?)(?: in JSON)? at position (\d+)(?: \(line \d+ column \d+\))?$/s.exec(
    reason,
  );
  if (placed !== null) return `${placed[1]} at ${placeOf(Number(placed[2]), text)}`;
  return /^Unexpected token '.+?'(?=, )/su.exec(reason)?.[0] ?? 'it does not parse';
}

function placeOf(offset: number, text: string): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}

/** The first pass records no paths: most documents have nothing to refuse. */
function checkShape(root: unknown, what: string): Result<unknown, Problem> {
  return isHarmless(root, JSON_DEPTH_MAX) ? ok(root) : findOffence(root, what);
}

/** @param depth - levels that the value may have; the recursion goes no deeper either */
function isHarmless(value: unknown, depth: number): boolean {
  if (!isObject(value)) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((inner) => isHarmless(inner, depth - 1));
  for (const key of Object.keys(value)) {
    if (KEYS_REFUSED.includes(key) || !isHarmless(Reflect.get(value, key), depth - 1)) return false;
  }
  return true;
}

interface Visit {
  readonly value: object;
  readonly path: readonly (string | number)[];
}

/** Walks without recursion, because the depth is just what is in doubt. */
function findOffence(root: unknown, what: string): Result<unknown, Problem> {
  const open: Visit[] = isObject(root) ? [{ value: root, path: [] }] : [];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { value, path } = visit;
    if (path.length >= JSON_DEPTH_MAX) {
      return refuse(
        `The ${what} is nested deeper than ${JSON_DEPTH_MAX} levels.`,
        `Send a flatter ${what}.`,
      );
    }
    const isArray = Array.isArray(value);
    for (const [key, inner] of Object.entries(value)) {
      if (!isArray && KEYS_REFUSED.includes(key)) return refuseKey([...path, key], what);
      if (isObject(inner)) {
        open.push({ value: inner, path: [...path, isArray ? Number(key) : key] });
      }
    }
  }
  return ok(root);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function refuseKey(path: (string | number)[], what: string): Result<never, Problem> {
  return err(
    problem('validation-failed', {
      detail: `The ${what} contains a forbidden key: ${path.join('.')}.`,
      remedy: `Rename the key; ${KEYS_REFUSED.join(' and ')} are never accepted.`,
      fields: [{ path, message: 'is a forbidden key' }],
    }),
  );
}

function refuse(detail: string, remedy: string): Result<never, Problem> {
  return err(problem('validation-failed', { detail, remedy }));
}
