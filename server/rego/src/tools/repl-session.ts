// An interactive session: definitions and queries, line by line. Source of the idea: `opa run`.

import { compileRego } from '../compile-rego.ts';
import { EvaluationError } from '../evaluate/evaluation-error.ts';
import { loadPolicy } from '../evaluate-rego.ts';
import { lex } from '../parse/lex.ts';
import { LexFailure } from '../parse/lex-cursor.ts';
import { parseRego } from '../parse/parse-rego.ts';
import type { Rule } from '../syntax/ast.ts';
import { isJsonObject } from '../syntax/json-object.ts';
import type { RegoProblem } from '../syntax/rego-problem.ts';
import { compileQuery, QUERY_VALUE } from './compile-query.ts';

/** State of a session. */
export type ReplState = {
  /** Texts of files by path. */
  readonly modules: Readonly<Record<string, string>>;
  readonly data: unknown;
  /** Undefined: no input. */
  readonly input: unknown;
  /** The package that definitions go to, such as `repl`. */
  readonly home: string;
  /** Names that imports give, by what they stand for. */
  readonly imports: Readonly<Record<string, string>>;
  readonly definitions: readonly ReplDefinition[];
  /** Whether queries show the lines that they reach. */
  readonly trace: 'on' | 'off';
};

/** A definition that was typed. */
export type ReplDefinition = {
  readonly home: string;
  readonly name: string;
  readonly text: string;
};

/** Result of a line. */
export type ReplAnswer = {
  readonly state: ReplState;
  /** Whole lines, or nothing. */
  readonly text: string;
  readonly outcome: 'ok' | 'failed';
};

/** A session without anything in it. */
export const EMPTY_SESSION: ReplState = {
  modules: {},
  data: undefined,
  input: undefined,
  home: 'repl',
  imports: {},
  definitions: [],
  trace: 'off',
};

/** Whether a statement goes on in the next line: a bracket or a raw string is open. */
export function isOpen(statement: string): boolean {
  try {
    let depth = 0;
    for (const { kind, text } of lex(statement)) {
      if (kind === 'mark' && '([{'.includes(text)) depth += 1;
      if (kind === 'mark' && ')]}'.includes(text)) depth -= 1;
    }
    return depth > 0;
  } catch (cause) {
    if (!(cause instanceof LexFailure)) throw cause;
    return (statement.split('`').length - 1) % 2 === 1;
  }
}

/** Carries out a package clause, an import, a definition or a query. Never throws for a text. */
export function runStatement(state: ReplState, statement: string): ReplAnswer {
  const text = statement.trim();
  if (text === '') return { state, text: '', outcome: 'ok' };
  if (/^package\s/.test(text)) return changePackage(state, text);
  if (/^import\s/.test(text)) return addImport(state, text);
  const rules = definitionsIn(text);
  return rules.length > 0 ? define(state, text, rules) : ask(state, text);
}

/** Forgets definitions and imports of a name. */
export function unset(state: ReplState, name: string): ReplAnswer {
  const { [name]: imported, ...imports } = state.imports;
  const definitions = state.definitions.filter((each) => !isNamed(each, state.home, name));
  const isKnown = imported !== undefined || definitions.length < state.definitions.length;
  if (!isKnown) return failed(state, `Nothing here is called ${name}.\n`);
  return { state: { ...state, imports, definitions }, text: '', outcome: 'ok' };
}

/** Returns the entered definitions as a module. */
export function showDefinitions({ home, imports, definitions }: ReplState): string {
  const lines = Object.entries(imports).map(([name, path]) => `import ${path} as ${name}\n`);
  const own = definitions.filter((each) => each.home === home).map(({ text }) => `\n${text}\n`);
  return `package ${home}\n${lines.length > 0 ? '\n' : ''}${[...lines, ...own].join('')}`;
}

/** Names that can be typed: of rules, imports and packages. */
export function namesKnown(state: ReplState): readonly string[] {
  const paths = Object.entries(modulesOf(state)).flatMap(([file, text]) => {
    const parsed = parseRego(text, { file });
    if (!parsed.ok) return [];
    const home = ['data', ...parsed.value.package].join('.');
    return [home, ...parsed.value.rules.map((rule) => `${home}.${nameOf(rule)}`)];
  });
  return [...new Set([...Object.keys(namesOf(state)), ...paths])].sort();
}

function failed(state: ReplState, text: string): ReplAnswer {
  return { state, text, outcome: 'failed' };
}

function changePackage(state: ReplState, text: string): ReplAnswer {
  const parsed = parseRego(text, { file: 'line', regoVersion: 'v1' });
  if (!parsed.ok || parsed.value.rules.length > 0) {
    return failed(state, parsed.ok ? 'A package clause stands alone.\n' : linesOf(parsed.error));
  }
  return { state: { ...state, home: parsed.value.package.join('.') }, text: '', outcome: 'ok' };
}

function addImport(state: ReplState, text: string): ReplAnswer {
  const parsed = parseRego(`package line\n${text}`, { file: 'line', regoVersion: 'v1' });
  if (!parsed.ok) return failed(state, linesOf(parsed.error.map((each) => ({ ...each, row: 1 }))));
  const added = parsed.value.imports.map(({ alias, path }) => [alias, path.join('.')] as const);
  const imports = { ...state.imports, ...Object.fromEntries(added) };
  return { state: { ...state, imports }, text: '', outcome: 'ok' };
}

/** The rules that a text defines; none where it is a query. */
function definitionsIn(text: string): readonly Rule[] {
  const parsed = parseRego(`package line\n${text}`, { file: 'line', regoVersion: 'v1' });
  const rules = parsed.ok ? parsed.value.rules : [];
  return rules.every(isDefinition) ? rules : [];
}

/** `x = 1` and `f(1)` are queries, although they could be rules. */
function isDefinition({ shape, branches }: Rule): boolean {
  const [first] = branches;
  return shape !== 'value' || first?.operator === ':=' || (first?.body.length ?? 0) > 0;
}

function define(state: ReplState, text: string, rules: readonly Rule[]): ReplAnswer {
  const { home } = state;
  const names = new Set(rules.map(nameOf));
  const isPlain = rules.every((rule) => rule.args === undefined && isAssignment(rule));
  const kept = state.definitions.filter(
    (each) => !isPlain || each.home !== home || !names.has(each.name) || !isAssignmentText(each),
  );
  const added = [...names].map((name, index) => ({ home, name, text: index === 0 ? text : '' }));
  const next = { ...state, definitions: [...kept, ...added] };
  const compiled = compileRego({
    modules: modulesOf(next),
    data: state.data,
    entrypoints: [],
  });
  if (!compiled.ok) return failed(state, linesOf(compiled.error));
  const isNew = kept.length === state.definitions.length;
  const words = [...names].map((name) => `${name} is ${isNew ? 'defined' : 'redefined'}.\n`);
  return { state: next, text: words.join(''), outcome: 'ok' };
}

function isAssignment({ shape, branches }: Rule): boolean {
  return shape === 'value' && branches.length === 1 && branches[0]?.body.length === 0;
}

function isAssignmentText({ text }: ReplDefinition): boolean {
  return definitionsIn(text).every(isAssignment);
}

function isNamed(each: ReplDefinition, home: string, name: string): boolean {
  return each.home === home && each.name === name;
}

function nameOf({ path: [first] }: Rule): string {
  return first?.kind === 'scalar' ? String(first.value) : '';
}

/** All texts: those of files, and one for each package that something was defined in. */
function modulesOf(state: ReplState): Readonly<Record<string, string>> {
  const homes = [...new Set(state.definitions.map(({ home }) => home))];
  const own = homes.map((home) => {
    const imports = Object.entries(state.imports).map(
      ([name, path]) => `import ${path} as ${name}\n`,
    );
    const texts = state.definitions.filter((each) => each.home === home).map(({ text }) => text);
    const header = `package ${home}\nimport rego.v1\n${imports.join('')}`;
    return [`(typed, package ${home})`, `${header}${texts.join('\n')}\n`] as const;
  });
  return { ...state.modules, ...Object.fromEntries(own) };
}

/** Names that a query knows: rules of the package, then imports, which go before them. */
function namesOf(state: ReplState): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const [file, text] of Object.entries(modulesOf(state))) {
    const parsed = parseRego(text, { file });
    if (!parsed.ok || parsed.value.package.join('.') !== state.home) continue;
    for (const rule of parsed.value.rules)
      names[nameOf(rule)] = `data.${state.home}.${nameOf(rule)}`;
  }
  return { ...names, ...state.imports };
}

function ask(state: ReplState, query: string): ReplAnswer {
  const modules = modulesOf(state);
  const { data, input, trace } = state;
  const compiled = compileQuery({
    query,
    modules,
    data,
    names: namesOf(state),
    tracing: trace,
    prints: 'kept',
  });
  if (!compiled.ok) return failed(state, linesOf(compiled.error));
  const { policy, entrypoint, variables, form } = compiled.value;
  const reached = new Set<number>();
  const printed: string[] = [];
  try {
    const loaded = loadPolicy(policy.wasm, {
      onProbe: (index) => reached.add(index),
      onPrint: (line) => printed.push(`${line.text}\n`),
    });
    const [answers] = loaded.evaluate(input, entrypoint);
    const rows = Array.isArray(answers) ? answers.filter(isJsonObject) : [];
    const traced = [...reached].flatMap((index) => {
      const probe = policy.probes[index];
      const line = modules[probe?.file ?? '']?.split('\n')[(probe?.row ?? 1) - 1]?.trim();
      return line === undefined ? [] : [`${probe?.file}:${probe?.row}: ${line}\n`];
    });
    const shown = showAnswers(rows, { query, variables, form });
    return { state, text: [...new Set(traced), ...printed, shown].join(''), outcome: 'ok' };
  } catch (cause) {
    if (!(cause instanceof EvaluationError)) throw cause;
    return failed(state, `evaluation failed: ${cause.message}\n`);
  }
}

type Shown = {
  readonly query: string;
  readonly variables: readonly string[];
  readonly form: 'value' | 'conditions';
};

/** Values as JSON; variables as a table. */
function showAnswers(
  rows: readonly Readonly<Record<string, unknown>>[],
  { query, variables, form }: Shown,
): string {
  if (rows.length === 0) return 'undefined\n';
  if (variables.length === 0) {
    const values = form === 'value' ? rows.map((row) => row[QUERY_VALUE]) : [true];
    return values.map((value) => `${JSON.stringify(value, null, 2)}\n`).join('');
  }
  const isPath = form === 'value' && !variables.includes(query.trim());
  const columns = [...variables, ...(isPath ? [QUERY_VALUE] : [])];
  const titles = columns.map((name) => (name === QUERY_VALUE ? query.trim() : name));
  const cells = rows.map((row) => columns.map((name) => JSON.stringify(row[name])));
  return layOut([titles, ...cells]);
}

function layOut(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) =>
    rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), 0),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function linesOf(problems: readonly RegoProblem[]): string {
  return problems
    .map(({ file, row, message }) =>
      file === 'line' ? `${message}\n` : `${file}:${row}: ${message}\n`,
    )
    .join('');
}
