/** Parses one path of a template, with its filters. */
import type { Scanner } from './scanner.ts';
import { type Comparison, OPERATORS, type Operand, type Path, type Step } from './template.ts';

/** Names end where another step may begin; `\.` is a dot inside of a name. */
const NAME = /(?:\\.|[^.[\]{}()\s,'"=!<>|&?*$@:\\])+/y;

const INTEGER = /-?\d+/y;

const VALUE_MISSING = 'expected another value after the comma';

/**
 * Parses a path at the scanner's place.
 * @param form - `bare`: the first name needs no dot
 */
export function parsePath(scanner: Scanner, form: 'dotted' | 'bare' = 'dotted'): Path {
  const begin = scanner.at;
  const isCurrent = scanner.take('@');
  const isRoot = !isCurrent && scanner.take('$');
  const steps: Step[] = [];
  if (form === 'bare' && !isCurrent && !isRoot) {
    const name = scanner.takeMatch(NAME);
    if (name !== undefined) steps.push(nameStep(name));
  }
  // `{.}` is the whole value.
  if (scanner.takeMatch(/\.(?=\s*[})])/y) !== undefined) return { from: 'current', steps };
  for (;;) {
    const found = parseStep(scanner);
    if (found.length === 0) break;
    steps.push(...found);
  }
  if (scanner.at === begin) scanner.fail('expected a path, such as .items[*].name');
  return { from: isRoot ? 'root' : 'current', steps };
}

function nameStep(name: string): Step {
  return { kind: 'names', names: [name.replace(/\\(.)/g, '$1')] };
}

function parseStep(scanner: Scanner): readonly Step[] {
  if (scanner.take('[')) return [parseBrackets(scanner)];
  const isDeep = scanner.take('..');
  if (!isDeep && !scanner.take('.')) return [];
  const deep: readonly Step[] = isDeep ? [{ kind: 'descend' }] : [];
  if (scanner.take('*')) return [...deep, { kind: 'all' }];
  if (scanner.take('[')) return [...deep, parseBrackets(scanner)];
  const name = scanner.takeMatch(NAME);
  if (name !== undefined) return [...deep, nameStep(name)];
  return scanner.fail(`expected a name after ${isDeep ? '..' : '.'}`);
}

function parseBrackets(scanner: Scanner): Step {
  const begin = scanner.at - 1;
  scanner.skipSpaces();
  const step = parseSelector(scanner);
  scanner.skipSpaces();
  if (!scanner.take(']')) {
    if (scanner.peek() === '') scanner.fail('the [ that stands here has no ]', begin);
    scanner.fail('expected ]');
  }
  return step;
}

function parseSelector(scanner: Scanner): Step {
  if (scanner.take('*')) return { kind: 'all' };
  if (scanner.take('?')) return parseFilter(scanner);
  const names = parseList(scanner, () => scanner.takeQuoted());
  if (names.length > 0) return { kind: 'names', names };
  return parseNumbers(scanner);
}

function parseNumbers(scanner: Scanner): Step {
  const first = takeInteger(scanner);
  if (scanner.isAt(':')) return parseSlice(scanner, first);
  if (first === undefined) return scanner.fail('expected *, an index, a name in quotes or ?(…)');
  scanner.skipSpaces();
  if (!scanner.take(',')) return { kind: 'indexes', indexes: [first] };
  const more = parseList(scanner, () => takeInteger(scanner));
  if (more.length === 0) scanner.fail(VALUE_MISSING);
  return { kind: 'indexes', indexes: [first, ...more] };
}

function parseSlice(scanner: Scanner, from: number | undefined): Step {
  scanner.expect(':');
  const to = takeInteger(scanner);
  const at = scanner.at;
  const step = scanner.take(':') ? (takeInteger(scanner) ?? 1) : 1;
  if (step < 1) scanner.fail('the step of a slice is at least 1', at);
  return { kind: 'slice', from, to, step };
}

function takeInteger(scanner: Scanner): number | undefined {
  const text = scanner.takeMatch(INTEGER);
  return text === undefined ? undefined : Number(text);
}

/** Values between commas; none where the first one is missing. */
function parseList<T>(scanner: Scanner, take: () => T | undefined): readonly T[] {
  const values: T[] = [];
  for (;;) {
    scanner.skipSpaces();
    const value = take();
    if (value === undefined) {
      if (values.length > 0) scanner.fail(VALUE_MISSING);
      return values;
    }
    values.push(value);
    scanner.skipSpaces();
    if (!scanner.take(',')) return values;
  }
}

function parseFilter(scanner: Scanner): Step {
  scanner.expect('(');
  scanner.skipSpaces();
  const left = parseOperand(scanner);
  scanner.skipSpaces();
  const operator = OPERATORS.find((each) => scanner.take(each));
  if (operator === undefined && !scanner.isAt(')')) {
    scanner.fail(`expected ) or one of ${OPERATORS.join(' ')}`);
  }
  scanner.skipSpaces();
  const right = operator === undefined ? undefined : parseOperand(scanner);
  scanner.skipSpaces();
  scanner.expect(')');
  const test: Comparison = { left, operator, right };
  return { kind: 'filter', test };
}

const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

function parseOperand(scanner: Scanner): Operand {
  if (scanner.isAt('@') || scanner.isAt('$')) return { kind: 'path', path: parsePath(scanner) };
  const text = scanner.takeQuoted();
  if (text !== undefined) return { kind: 'literal', value: text };
  const number = scanner.takeMatch(/-?\d+(?:\.\d+)?/y);
  if (number !== undefined) return { kind: 'literal', value: Number(number) };
  const word = scanner.takeMatch(/true|false|null/y);
  if (word !== undefined) return { kind: 'literal', value: WORDS[word] ?? null };
  return scanner.fail('expected @.FIELD, a number, true, false or a text in quotes');
}
