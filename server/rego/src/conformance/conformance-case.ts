// One conformance case: evaluate its query, compare with what it wants.

import { isDeepStrictEqual } from 'node:util';
import { EvaluationError } from '../evaluate/evaluation-error.ts';
import { evaluateRego } from '../evaluate-query.ts';
import type { RegoVersion } from '../syntax/ast.ts';

/** A case as its file has it. */
export type ConformanceCase = {
  readonly note: string;
  readonly modules?: readonly string[];
  readonly query: string;
  readonly data?: unknown;
  readonly input?: unknown;
  readonly input_term?: string;
  readonly want_result?: readonly unknown[] | null;
  readonly want_error_code?: string;
  readonly want_error?: string;
  readonly strict_error?: boolean;
  readonly sort_bindings?: boolean;
};

/** Returns the kind of result that a case expects. */
export function expectationOf(wanted: ConformanceCase): 'error' | 'non-empty' | 'empty' {
  if (wanted.want_error_code !== undefined || wanted.want_error !== undefined) return 'error';
  return (wanted.want_result ?? []).length > 0 ? 'non-empty' : 'empty';
}

/** Evaluates a case; the result is `passed` or says what is different. */
export function checkCase(wanted: ConformanceCase, regoVersion: RegoVersion): string {
  const outcome = evaluateCase(wanted, regoVersion);
  if (expectationOf(wanted) === 'error') {
    const code = wanted.want_error_code;
    // Without a code any failure of the evaluation will do, but none of the compiler.
    const matches = code === undefined ? outcome.code?.startsWith('eval_') : outcome.code === code;
    return matches ? 'passed' : `wanted ${code ?? 'an error'}, got ${outcome.text}`;
  }
  if (outcome.code !== undefined) return outcome.text;
  const isSame = sameBindings(outcome.bindings, wanted.want_result ?? [], wanted.sort_bindings);
  return isSame ? 'passed' : `wanted ${JSON.stringify(wanted.want_result)}, got ${outcome.text}`;
}

type Outcome = {
  readonly code: string | undefined;
  readonly text: string;
  readonly bindings: readonly unknown[];
};

function evaluateCase(wanted: ConformanceCase, regoVersion: RegoVersion): Outcome {
  const modules = Object.fromEntries((wanted.modules ?? []).map((text, at) => [`m${at}`, text]));
  const term = wanted.input_term;
  const query = term === undefined ? wanted.query : `${wanted.query} with input as ${term}`;
  const input = wanted.input === undefined ? {} : { input: wanted.input };
  const data = wanted.data === undefined ? {} : { data: wanted.data };
  const builtinErrors = wanted.strict_error === true ? 'fail' : 'undefined';
  try {
    const result = evaluateRego({
      modules,
      query,
      regoVersion,
      builtinErrors,
      ...input,
      ...data,
    });
    if (!result.ok) {
      const text = result.error.map((problem) => JSON.stringify(problem)).join(' ');
      return { code: `compile: ${result.error[0]?.code}`, text, bindings: [] };
    }
    return { code: undefined, text: JSON.stringify(result.value), bindings: result.value };
  } catch (cause) {
    const code = cause instanceof EvaluationError ? cause.code : 'crash';
    return { code, text: `${code}: ${String(cause)}`, bindings: [] };
  }
}

function sameBindings(
  got: readonly unknown[],
  wanted: readonly unknown[],
  sortBindings: boolean | undefined,
): boolean {
  const settle = (value: unknown) => (sortBindings === true ? sortArrays(value) : value);
  const left = got.map((each) => canonicalText(settle(each))).sort();
  const right = wanted.map((each) => canonicalText(settle(each))).sort();
  return isDeepStrictEqual(left, [...new Set(right)]);
}

function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function sortArrays(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortArrays).sort((a, b) => (canonicalText(a) < canonicalText(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sortArrays(each)]));
}
