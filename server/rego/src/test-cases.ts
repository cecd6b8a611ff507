// The cases of tests that are partial objects, and what became of each.

import { addCases, casesOf } from './check/separate-tests.ts';
import { type CompileRegoOptions, compileRego } from './compile-rego.ts';
import { EvaluationError } from './evaluate/evaluation-error.ts';
import { type LoadPolicyOptions, loadPolicy } from './evaluate-rego.ts';

/** Result of a test case: its keys in one text. */
export type RegoTestCase = { readonly name: string; readonly outcome: 'passed' | 'failed' };

/** Returns the cases of a test, by its entrypoint and its value; none where it has none. */
export type CaseFinder = (entrypoint: string, value: unknown) => readonly RegoTestCase[];

/**
 * Makes what finds cases. A test whose cases cannot be compiled by themselves has none.
 *
 * @param entrypoints - tests that are partial objects
 */
export function createCaseFinder(
  asked: CompileRegoOptions,
  entrypoints: readonly string[],
  options: LoadPolicyOptions,
): CaseFinder {
  if (entrypoints.length === 0) return () => [];
  const { adapt = (modules) => modules } = asked;
  const compiled = compileRego({
    ...asked,
    entrypoints: entrypoints.map(casesOf),
    tracing: 'on',
    adapt: (modules) => addCases(adapt(modules)),
  });
  if (!compiled.ok) return () => [];
  const policy = loadPolicy(compiled.value.wasm, options);
  return (entrypoint, value) => {
    if (!entrypoints.includes(entrypoint)) return [];
    const [found] = policy.evaluate(undefined, casesOf(entrypoint));
    const cases: readonly unknown[] = Array.isArray(found) ? found : [];
    return cases.map((keys) => {
      const path = Array.isArray(keys) ? keys.map(keyText) : [];
      const outcome = holdsAt(value, path) ? 'passed' : 'failed';
      return { name: path.join(', '), outcome };
    });
  };
}

/** A key as it stands in JSON's objects. */
function keyText(key: unknown): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}

function holdsAt(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return value !== undefined && value !== false;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return false;
  const inner: unknown = Reflect.get(value, first);
  return holdsAt(inner, rest);
}

/** Stops evaluations that take too long, as their lines are reached. */
export type Deadline = { readonly begin: () => void; readonly look: () => void };

/** The clock is read once for this many lines, as most tests reach few. */
const LINES_PER_LOOK = 1024;

/** Makes a deadline. Its `look` throws an EvaluationError when the time is over. */
export function createDeadline(clockMs: () => number, timeoutMs: number): Deadline {
  let endMs = clockMs() + timeoutMs;
  let lines = 0;
  return {
    begin: () => {
      endMs = clockMs() + timeoutMs;
      lines = 0;
    },
    look: () => {
      lines += 1;
      if (lines % LINES_PER_LOOK !== 0 || clockMs() < endMs) return;
      throw new EvaluationError('timeout_error', `It took longer than ${timeoutMs} ms.`);
    },
  };
}
