/** Conditions of the text form: `labels.tier == "web" and not (metrics.cpu_usage > 0.8 or …)`. */
import type { Json, JsonObject } from '@novacron/contract/json';
import { refuse, type TokenReader } from './read-tokens.ts';

const OPERATORS: Readonly<Record<string, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '>': 'gt',
  '>=': 'gte',
  '<': 'lt',
  '<=': 'lte',
};

/** Depth limit: deeper parentheses are unreadable. */
const NESTING_MAX = 16;

/**
 * Reads one condition from a line; `not` binds more tightly than `and`, and `and` more tightly than
 * `or`.
 */
export function parseTextCondition(line: TokenReader, depth = 0): JsonObject {
  if (depth > NESTING_MAX) {
    return refuse(line.here(), `parentheses are nested deeper than ${NESTING_MAX}`);
  }
  const parts = [parseAnd(line, depth)];
  while (line.takesWord('or')) parts.push(parseAnd(line, depth));
  return join('any', parts);
}

function parseAnd(line: TokenReader, depth: number): JsonObject {
  const parts = [parseNot(line, depth)];
  while (line.takesWord('and')) parts.push(parseNot(line, depth));
  return join('all', parts);
}

function join(type: 'all' | 'any', parts: readonly JsonObject[]): JsonObject {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : { type, conditions: parts };
}

function parseNot(line: TokenReader, depth: number): JsonObject {
  if (depth > NESTING_MAX) {
    return refuse(line.here(), `not is nested deeper than ${NESTING_MAX}`);
  }
  if (line.takesWord('not')) return { type: 'not', condition: parseNot(line, depth + 1) };
  if (line.takesMark('(')) {
    const inner = parseTextCondition(line, depth + 1);
    line.mark(')');
    return inner;
  }
  if (line.takesWord('cel')) {
    return { type: 'cel', expression: line.take('string', 'an expression in quotes').text };
  }
  if (line.takesWord('during')) return parseWindow(line);
  return parseComparison(line);
}

/** `during "0 8 * * 1-5" for 8h in Europe/Berlin` */
function parseWindow(line: TokenReader): JsonObject {
  const schedule = line.take('string', 'a cron line in quotes').text;
  if (!line.takesWord('for')) return refuse(line.here(), 'expected for and how long it lasts');
  const duration = line.name('a duration');
  const zone = line.takesWord('in') ? { timezone: line.name('a time zone') } : {};
  return { type: 'time', schedule, duration, ...zone };
}

function parseComparison(line: TokenReader): JsonObject {
  const place = line.here();
  const field = line.name('a condition');
  const type = field.startsWith('metrics.') ? 'metric' : 'label';
  if (type === 'label' && !field.startsWith('labels.')) {
    return refuse(place, `expected labels.NAME, metrics.NAME, cel or during, not ${field}`);
  }
  if (line.takesWord('exists')) return { type, field, operator: 'exists' };
  if (line.takesWord('in')) return { type, field, operator: 'in', value: parseList(line) };
  for (const [mark, operator] of Object.entries(OPERATORS)) {
    if (line.takesMark(mark)) return { type, field, operator, value: line.value('a value') };
  }
  return refuse(line.here(), 'expected ==, !=, >, >=, <, <=, in or exists');
}

function parseList(line: TokenReader): readonly Json[] {
  line.mark('[');
  const values: Json[] = [line.value('a value')];
  while (line.takesMark(',')) values.push(line.value('a value'));
  line.mark(']');
  return values;
}
