// Ad-hoc evaluation: modules and a query in one call, as a test or a shell wants it.

import { QUERY_PACKAGE } from './check/rule-tree.ts';
import { visitDeclared, visitLiteral } from './check/visit-variables.ts';
import { type CompileRegoOptions, compileRego } from './compile-rego.ts';
import { loadPolicy } from './evaluate-rego.ts';
import { parseRego } from './parse/parse-rego.ts';
import { recordTrace, type TraceEvent } from './record-trace.ts';
import { isWildcard, type NameAt } from './syntax/ast.ts';
import type { PrintedLine } from './syntax/printed-line.ts';
import type { RegoProblem, RegoResult } from './syntax/rego-problem.ts';

/** Options of the evaluation. */
export type EvaluateRegoOptions = Pick<CompileRegoOptions, 'modules' | 'data' | 'regoVersion'> & {
  /** A body such as `data.a.p = x; x > 1`. */
  readonly query: string;
  readonly input?: unknown;
  readonly builtinErrors?: 'undefined' | 'fail';
  readonly nowNs?: () => bigint;
  /** Called with each line that `print` writes; without it, calls of `print` are left out. */
  readonly onPrint?: (line: PrintedLine) => void;
  /** Called with each step of the evaluation, which is slower then. */
  readonly onTrace?: (event: TraceEvent) => void;
};

/** The values of the query's variables, once for each way in which it holds. */
export type Bindings = Readonly<Record<string, unknown>>;

const QUERY_FILE = 'query';
const HEADER = `package ${QUERY_PACKAGE}
import rego.v1
`;
const HEADER_ROWS = 3;

/**
 * Evaluates a query over modules. Compiles each time: use `compileRego` and `loadPolicy` for
 * anything that runs more than once.
 *
 * @throws EvaluationError as `loadPolicy` does
 */
export function evaluateRego(options: EvaluateRegoOptions): RegoResult<readonly Bindings[]> {
  const { query, modules, data, regoVersion = 'v1', builtinErrors = 'undefined' } = options;
  const { onPrint, onTrace } = options;
  const names = queryVariables(query);
  const pairs = names.map((name) => `${JSON.stringify(name)}: ${name}`).join(', ');
  const text = `${HEADER}answer contains {${pairs}} if {\n${query}\n}`;
  const compiled = compileRego({
    modules: { ...modules, [QUERY_FILE]: text },
    data,
    entrypoints: [`${QUERY_PACKAGE}/answer`],
    regoVersion,
    builtinErrors,
    prints: onPrint === undefined ? 'dropped' : 'kept',
    tracing: onTrace === undefined ? 'off' : 'explain',
  });
  if (!compiled.ok) {
    return { ok: false, error: compiled.error.map((each) => atQueryEnd(ownRows(each), query)) };
  }
  const { wasm, probes } = compiled.value;
  const policy = loadPolicy(wasm, {
    ...(options.nowNs ? { nowNs: options.nowNs } : {}),
    ...(onTrace ? { onProbe: recordTrace(probes, (event) => onTrace(ownRows(event))) } : {}),
    ...(onPrint ? { onPrint: (line) => onPrint(ownRows(line)) } : {}),
  });
  const [answers] = policy.evaluate(options.input);
  return { ok: true, value: Array.isArray(answers) ? answers : [] };
}

// The variables of the query's own body, not those inside comprehensions and `every`.
function queryVariables(query: string): readonly string[] {
  const text = `${HEADER}answer if {\n${query}\n}`;
  const parsed = parseRego(text, { file: QUERY_FILE, regoVersion: 'v1' });
  if (!parsed.ok) return [];
  const names = new Set<string>();
  const add = ({ name }: NameAt) => {
    if (!isWildcard(name) && name !== 'input' && name !== 'data') names.add(name);
  };
  for (const { branches } of parsed.value.rules) {
    for (const literal of branches.flatMap(({ body }) => body)) {
      visitLiteral(literal, add);
      visitDeclared(literal, add);
    }
  }
  return [...names];
}

/** A problem at the bracket that is put behind a query is one at the query's end. */
export function atQueryEnd(problem: RegoProblem, query: string): RegoProblem {
  const lines = query.split('\n');
  if (problem.file !== QUERY_FILE || problem.row <= lines.length) return problem;
  const message = problem.message.replace(/there is "}"/, 'the query ends');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return { ...problem, message, row: lines.length, column };
}

// Rows are counted from the query's first line.
function ownRows<Placed extends Pick<RegoProblem, 'file' | 'row'>>(placed: Placed): Placed {
  const isOwn = placed.file === QUERY_FILE;
  return isOwn ? { ...placed, row: Math.max(1, placed.row - HEADER_ROWS) } : placed;
}
