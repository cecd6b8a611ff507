// A query over policies, compiled once and asked as often as wanted.

import { QUERY_PACKAGE } from '../check/rule-tree.ts';
import { visitDeclared, visitLiteral } from '../check/visit-variables.ts';
import { type CompiledPolicy, type CompileRegoOptions, compileRego } from '../compile-rego.ts';
import { atQueryEnd } from '../evaluate-query.ts';
import { parseRego } from '../parse/parse-rego.ts';
import { isWildcard, type NameAt } from '../syntax/ast.ts';
import type { RegoProblem, RegoResult } from '../syntax/rego-problem.ts';

/** Options of the compilation. */
export type CompileQueryOptions = Pick<
  CompileRegoOptions,
  'modules' | 'data' | 'regoVersion' | 'builtinErrors' | 'tracing' | 'prints'
> & {
  /** A body such as `data.a.p = x; x > 1`. */
  readonly query: string;
  /** Names that the query knows, by what they stand for: `{limits: 'data.limits'}`. */
  readonly names?: Readonly<Record<string, string>>;
};

/** A query that is ready to be asked. */
export type CompiledQuery = {
  readonly policy: CompiledPolicy;
  readonly entrypoint: string;
  /** The query's own variables, in the order of its text. */
  readonly variables: readonly string[];
  /** Whether the query is one term, whose value each answer has. */
  readonly form: 'value' | 'conditions';
};

/** The file that problems of the query name. */
const QUERY_FILE = 'query';
/** The member of each answer that has the value of a query of that form. */
export const QUERY_VALUE = 'value__';

/** Compiles a query with policies. Problems: those of the query, or of the policies. */
export function compileQuery(options: CompileQueryOptions): RegoResult<CompiledQuery> {
  const value = compileForm(options, 'value');
  if (value.ok) return value;
  const conditions = compileForm(options, 'conditions');
  return conditions.ok || !isTerm(options) ? conditions : value;
}

function isTerm(options: CompileQueryOptions): boolean {
  const text = `${headerOf(options)}answer if {\n${QUERY_VALUE} := ${options.query}\n}`;
  return parseRego(text, { file: QUERY_FILE, regoVersion: 'v1' }).ok;
}

function headerOf({ names = {} }: CompileQueryOptions): string {
  const imports = Object.entries(names).map(([name, path]) => `import ${path} as ${name}\n`);
  return `package ${QUERY_PACKAGE}\nimport rego.v1\n${imports.join('')}`;
}

function compileForm(
  { query, names = {}, modules, ...options }: CompileQueryOptions,
  form: CompiledQuery['form'],
): RegoResult<CompiledQuery> {
  const header = headerOf({ query, names, modules });
  const body = form === 'value' ? `${QUERY_VALUE} := ${query}` : query;
  const all = variablesOf(`${header}answer if {\n${body}\n}`, new Set(Object.keys(names)));
  const pairs = all.map((name) => `${JSON.stringify(name)}: ${name}`).join(', ');
  const text = `${header}answer contains {${pairs}} if {\n${body}\n}`;
  const entrypoint = `${QUERY_PACKAGE}/answer`;
  const compiled = compileRego({
    ...options,
    modules: { ...modules, [QUERY_FILE]: text },
    entrypoints: [entrypoint],
  });
  const before = { rows: header.split('\n').length, columns: body.length - query.length };
  if (!compiled.ok) {
    const own = ownProblems(compiled.error, before);
    return { ok: false, error: own.map((problem) => atQueryEnd(problem, query)) };
  }
  const variables = all.filter((name) => name !== QUERY_VALUE);
  return { ok: true, value: { policy: compiled.value, entrypoint, variables, form } };
}

/** The variables of the query's own body, not those inside comprehensions and `every`. */
function variablesOf(text: string, known: ReadonlySet<string>): readonly string[] {
  const parsed = parseRego(text, { file: QUERY_FILE, regoVersion: 'v1' });
  if (!parsed.ok) return [];
  const names = new Set<string>();
  const add = ({ name }: NameAt) => {
    const isOwn = !isWildcard(name) && name !== 'input' && name !== 'data' && !known.has(name);
    if (isOwn) names.add(name);
  };
  for (const literal of parsed.value.rules.flatMap(({ branches }) => branches[0]?.body ?? [])) {
    visitLiteral(literal, add);
    visitDeclared(literal, add);
  }
  return [...names];
}

/** Rows and columns are counted from where the query begins, not from what is put before it. */
function ownProblems(
  problems: readonly RegoProblem[],
  before: { readonly rows: number; readonly columns: number },
): readonly RegoProblem[] {
  const meant = problems.filter(({ message }) => !message.includes(QUERY_VALUE));
  return (meant.length > 0 ? meant : problems).map((problem) => {
    if (problem.file !== QUERY_FILE) return problem;
    const row = Math.max(1, problem.row - before.rows);
    const column = row === 1 ? Math.max(1, problem.column - before.columns) : problem.column;
    return { ...problem, row, column };
  });
}
