// Ad-hoc evaluation: modules and a query in one call, as a test or a shell wants it.

import { QUERY_PACKAGE } from './check/rule-tree.ts';
import { type CompileRegoOptions, compileRego } from './compile-rego.ts';
import { loadPolicy } from './evaluate-rego.ts';
import { lex } from './lex.ts';
import { LexFailure } from './lex-cursor.ts';
import type { RegoResult } from './problem.ts';

/** What to evaluate. */
export type EvaluateRegoOptions = Pick<CompileRegoOptions, 'modules' | 'data'> & {
  /** A body such as `data.a.p = x; x > 1`. */
  readonly query: string;
  readonly input?: unknown;
  readonly regoVersion?: 'v0' | 'v1';
  readonly builtinErrors?: 'undefined' | 'fail';
  readonly nowNs?: () => bigint;
};

/** The values of the query's variables, once for each way in which it holds. */
export type Bindings = Readonly<Record<string, unknown>>;

const KEYWORDS: ReadonlySet<string> = new Set([
  ...['as', 'contains', 'data', 'default', 'else', 'every', 'false', 'if', 'import', 'in'],
  ...['input', 'not', 'null', 'package', 'some', 'true', 'with'],
]);

/**
 * Evaluates a query over modules. Compiles anew each time: use `compileRego` and `loadPolicy` for
 * anything that runs more than once.
 *
 * @throws EvaluationError as `loadPolicy` does
 */
export function evaluateRego(options: EvaluateRegoOptions): RegoResult<readonly Bindings[]> {
  const { query, modules, data, regoVersion = 'v1', builtinErrors = 'undefined' } = options;
  const names = queryVariables(query);
  const pairs = names.map((name) => `${JSON.stringify(name)}: ${name}`).join(', ');
  const header = `package ${QUERY_PACKAGE}\nimport rego.v1\n`;
  const text = `${header}answer contains {${pairs}} if {\n${query}\n}`;
  const compiled = compileRego({
    modules: { ...modules, query: text },
    data,
    entrypoints: [`${QUERY_PACKAGE}/answer`],
    regoVersion,
    builtinErrors,
  });
  if (!compiled.ok) return compiled;
  const clock = options.nowNs ? { nowNs: options.nowNs } : {};
  const [answers] = loadPolicy(compiled.value.wasm, clock).evaluate(options.input);
  return { ok: true, value: Array.isArray(answers) ? answers : [] };
}

// Names at the start of a reference that are neither keywords, calls nor in a nested body.
function queryVariables(query: string): readonly string[] {
  try {
    const names = new Set<string>();
    const tokens = lex(query);
    for (const [index, token] of tokens.entries()) {
      const before = tokens[index - 1]?.text;
      const after = tokens[index + 1];
      const isPart = token.gap === 'none' && before === '.';
      const isCall = after?.gap === 'none' && after.text === '(';
      if (token.kind !== 'name' || isPart || isCall || token.text === '_') continue;
      if (!KEYWORDS.has(token.text)) names.add(token.text);
    }
    return [...names];
  } catch (cause) {
    if (cause instanceof LexFailure) return [];
    throw cause;
  }
}
