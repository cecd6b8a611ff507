/**
 * Compiles conditions in CEL, the Common Expression Language, within limits that keep each
 * evaluation short. Source: https://cel.dev and Kubernetes' validation rules, which bound it
 * likewise.
 */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { err, ok, type Result } from '@novacron/contract/result';
import { RE2JS } from 're2js';
import { type CelMeter, createCelMeter, workOf } from './cel-costs.ts';
import { explainCelFault } from './explain-cel-fault.ts';

const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 24,
  maxListElements: 64,
  maxMapEntries: 64,
  maxCallArguments: 8,
} as const;

/** Each level multiplies the work by the length of a list. */
const MACRO_DEPTH_MAX = 2;

const MACROS: readonly string[] = ['all', 'exists', 'exists_one', 'map', 'filter', 'bind'];

/** Unit: characters. */
const PATTERN_CHARS_MAX = 256;

/** Stands around the list of each macro, so that it is charged. */
const CHARGED_LIST = 're2each';

/** Limits with room for the nodes and levels that the list of a macro adds to an expression. */
const CHARGED_LIMITS = { ...LIMITS, maxAstNodes: 4 * LIMITS.maxAstNodes, maxDepth: 64 } as const;

/** Replaces `matches` by a name of the same length, so that columns stay right. */
const LINEAR_MATCHES = 're2find';

function compilePattern(pattern: string): RE2JS {
  if (pattern.length <= PATTERN_CHARS_MAX) return RE2JS.compile(pattern);
  throw new Error(`A pattern of matches has more than ${PATTERN_CHARS_MAX} characters`);
}

/** A compiled condition. */
export interface CelProgram {
  /**
   * Evaluates it. Problems: what the library says, such as a key that does not exist, in one line.
   * Integers have to be `bigint`: CEL takes every number for a double.
   */
  readonly evaluate: (context: Readonly<Record<string, unknown>>) => Result<boolean, string>;
  /** Paths it reads of its variables: `inputs.size > 2` reads `['inputs', 'size']`. */
  readonly reads: readonly (readonly string[])[];
}

/** Compiles an expression. Problems: what is wrong with it in one line, with the column. */
export type CelCompiler = (expression: string) => Result<CelProgram, string>;

/**
 * Makes a compiler of conditions.
 * @param variables - the names that expressions may use, with their CEL types
 */
export function createCelCompiler(variables: Readonly<Record<string, string>>): CelCompiler {
  const meter = createCelMeter();
  const environments = {
    plain: createEnvironment(LIMITS, variables, meter),
    charged: createEnvironment(CHARGED_LIMITS, variables, meter),
  };
  const names = Object.keys(variables);
  return (expression) => {
    try {
      const compiled = compile(environments, meter, expression);
      return compiled.ok ? compiled : err(explainCelFault(compiled.error, expression, names));
    } catch (cause) {
      return err(explainCelFault(describe(cause), expression, names));
    }
  };
}

function createEnvironment(
  limits: Readonly<Record<keyof typeof LIMITS, number>>,
  variables: Readonly<Record<string, string>>,
  meter: CelMeter,
): Environment {
  const environment = new Environment({ limits })
    .registerFunction(`string.${LINEAR_MATCHES}(string): bool`, (text: string, pattern: string) => {
      meter.pattern(text, pattern);
      return compilePattern(pattern).matcher(text).find();
    })
    .registerFunction(
      `${CHARGED_LIST}(dyn, int, int): dyn`,
      (list: unknown, constant: bigint, sized: bigint) =>
        meter.each(list, { constant: countOf(constant), sized: countOf(sized) }),
    );
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  return environment;
}

/** An expression may call the function by itself: nothing is given back. */
function countOf(count: bigint): number {
  return Math.max(0, Number(count));
}

function compile(
  { plain, charged }: { readonly plain: Environment; readonly charged: Environment },
  meter: CelMeter,
  expression: string,
): Result<CelProgram, string> {
  const text = useLinearMatches(plain, expression);
  const parsed = plain.parse(text);
  const checked = parsed.check();
  if (!checked.valid) return err(describe(checked.error));
  if (checked.type !== 'bool' && checked.type !== 'dyn') {
    return err(`is ${checked.type}, but a condition is true or false`);
  }
  const tooDeep = findTooDeep(parsed.ast, 0);
  if (tooDeep !== undefined) {
    return err(
      `nests ${MACROS.join(', ')} deeper than ${MACRO_DEPTH_MAX} levels ${columnOf(tooDeep)}`,
    );
  }
  const insertions = chargesIn(parsed.ast);
  const run = charged.parse(insert(text, insertions));
  assertCharged(run.ast);
  const work = workOf(nodesOf(parsed.ast));
  const evaluate = (context: Readonly<Record<string, unknown>>) => {
    try {
      meter.begin(work, context);
      const value: unknown = run({ ...context });
      const fault = meter.fault();
      if (fault !== undefined) return err(fault);
      return typeof value === 'boolean' ? ok(value) : err('is neither true nor false');
    } catch (cause) {
      return err(meter.fault() ?? describe(cause, insertions));
    }
  };
  return ok({ evaluate, reads: readsOf(parsed.ast) });
}

/** A text that is put into an expression. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** Charges the list of each macro, with what the macro evaluates for an item. */
function chargesIn(ast: ASTNode): readonly Insertion[] {
  const found = nodesOf(ast).flatMap((node): readonly Insertion[] => {
    if (!isLoop(node)) return [];
    const [, list, body] = node.args;
    const { constant, sized } = workOf(body.flatMap(nodesOf));
    return [
      { at: list.start, text: `${CHARGED_LIST}(` },
      { at: list.end, text: `, ${constant}, ${sized})` },
    ];
  });
  return found.toSorted((a, b) => a.at - b.at);
}

function insert(text: string, insertions: readonly Insertion[]): string {
  let from = 0;
  let whole = '';
  for (const { at, text: inserted } of insertions) {
    whole += text.slice(from, at) + inserted;
    from = at;
  }
  return whole + text.slice(from);
}

/** @throws Error where a list is not charged */
function assertCharged(ast: ASTNode): void {
  const isCharged = nodesOf(ast)
    .filter(isLoop)
    .every(({ args: [, list] }) => list.op === 'call' && list.args[0] === CHARGED_LIST);
  if (!isCharged) throw new Error(`${MACROS.join(', ')} are written without a comment before them`);
}

/** Whether a node goes through a list or the keys of a map. */
function isLoop(node: ASTNode): node is ASTNode & { readonly op: 'rcall' } {
  return node.op === 'rcall' && node.args[0] !== 'bind' && MACROS.includes(node.args[0]);
}

/** The longest chains of members that begin with a name. */
function readsOf(node: ASTNode): readonly (readonly string[])[] {
  const chain = chainOf(node);
  return chain === undefined ? childrenOf(node).flatMap(readsOf) : [chain];
}

function chainOf({ op, args }: ASTNode): readonly string[] | undefined {
  if (op === 'id') return [args];
  if (op === '.') {
    const before = chainOf(args[0]);
    return before === undefined ? undefined : [...before, args[1]];
  }
  if (op !== '[]' || args[1].op !== 'value' || typeof args[1].args !== 'string') return undefined;
  const before = chainOf(args[0]);
  return before === undefined ? undefined : [...before, args[1].args];
}

/** Patterns come from people: the library's own `matches` may never end on some. */
function useLinearMatches(environment: Environment, expression: string): string {
  let text = expression;
  for (const node of nodesOf(environment.parse(expression).ast)) {
    if (node.op !== 'rcall' || node.args[0] !== 'matches') continue;
    const at = text.indexOf('matches', node.args[1].end);
    text = text.slice(0, at) + LINEAR_MATCHES + text.slice(at + LINEAR_MATCHES.length);
    const [pattern] = node.args[2];
    if (pattern?.op === 'value') checkPattern(pattern);
  }
  if (nodesOf(environment.parse(text).ast).some(callsMatches)) {
    throw new Error('matches is written as text.matches(pattern), without a comment within');
  }
  return text;
}

/** @throws Error what is wrong with a pattern that stands in the text, with its column */
function checkPattern(pattern: ASTNode): void {
  try {
    compilePattern(String(pattern.args));
  } catch (cause) {
    throw new Error(`${Object(cause).message} ${columnOf(pattern)}`);
  }
}

function callsMatches({ op, args }: ASTNode): boolean {
  return (op === 'rcall' || op === 'call') && args[0] === 'matches';
}

function childrenOf({ args }: ASTNode): readonly ASTNode[] {
  const found: ASTNode[] = [];
  const visit = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null && 'op' in value) {
      // Of all that arguments hold, only nodes have an `op`.
      found.push(value as ASTNode);
    }
  };
  visit(args);
  return found;
}

function nodesOf(node: ASTNode): readonly ASTNode[] {
  return [node, ...childrenOf(node).flatMap(nodesOf)];
}

/** The outermost macro that stands within too many others. */
function findTooDeep(node: ASTNode, outer: number): ASTNode | undefined {
  const depth = outer + (node.op === 'rcall' && MACROS.includes(node.args[0]) ? 1 : 0);
  if (depth > MACRO_DEPTH_MAX) return node;
  for (const child of childrenOf(node)) {
    const found = findTooDeep(child, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first line of the library's message, and the column; a picture follows there. */
function describe(cause: unknown, insertions: readonly Insertion[] = []): string {
  const { message, range } = Object(cause);
  const [line = ''] = String(message).replaceAll(LINEAR_MATCHES, 'matches').split('\n');
  const start = Object(range).start;
  return typeof start === 'number'
    ? `${line} ${columnOf({ start: without(insertions, start) })}`
    : line;
}

/** Maps a position in a text with insertions to the text without them. */
function without(insertions: readonly Insertion[], start: number): number {
  let before = 0;
  for (const { at, text } of insertions) {
    if (at + before >= start) break;
    before += Math.min(text.length, start - at - before);
  }
  return start - before;
}

function columnOf({ start }: Pick<ASTNode, 'start'>): string {
  return `(column ${start + 1})`;
}
