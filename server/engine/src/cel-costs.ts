/**
 * Bounds the work of one evaluation of a condition: the library has no limit at run time. Each
 * macro is charged for the list that it goes through, with what it evaluates for an item, and each
 * pattern for the text that it reads. Source of the idea: the cost estimates of Kubernetes' CEL.
 */
import type { ASTNode } from '@marcbachmann/cel-js';

/** The longest work of one evaluation: tens of ms. Unit: evaluated nodes, or compared values. */
const WORK_MAX = 2_000_000;

/** Characters are compared faster than values. Unit: characters of a compared value. */
const CHARS_OF_VALUE = 16;

/** Programs of patterns grow with them. Unit: characters of a pattern. */
const CHARS_OF_PATTERN = 8;

/** Operations with constant cost; other operators and functions may compare whole values. */
const CONSTANT_OPS: ReadonlySet<string> = new Set([
  'value',
  'id',
  '.',
  '.?',
  '[]',
  '[?]',
  '?:',
  '&&',
  '||',
  '!_',
  '-_',
  '<',
  '<=',
  '>',
  '>=',
  '-',
  '*',
  '/',
  '%',
  'list',
  'map',
]);

/** Meter of the work an evaluation may still do. */
export interface CelMeter {
  /** Begins an evaluation of an expression with these nodes. */
  readonly begin: (nodes: CelWork, context: unknown) => void;
  /** Charges a macro: returns its list. @throws Error where that is too much */
  readonly each: (list: unknown, nodes: CelWork) => unknown;
  /** Charges a pattern. @throws Error where that is too much */
  readonly pattern: (text: string, pattern: string) => void;
  /** Explains why the evaluation has no result; undefined if it stayed within the limit. */
  readonly fault: () => string | undefined;
}

/** Work of evaluating nodes. */
export interface CelWork {
  /** Nodes whose work does not depend on their values. */
  readonly constant: number;
  /** Nodes that may go through a whole value. */
  readonly sized: number;
}

const TOO_MUCH = 'goes through too much: test fewer items, or compare smaller values';

/** Macros go on with the next item after an error: one that is made once costs nothing there. */
const REFUSAL = new Error(TOO_MUCH);

/** Makes a meter; an evaluation ends before the next one begins. */
export function createCelMeter(): CelMeter {
  let left = 0;
  let largest = 0;
  const spend = (work: number): void => {
    left -= work;
    if (left < 0) throw REFUSAL;
  };
  return {
    begin: ({ constant, sized }, context) => {
      largest = largestIn(context);
      left = WORK_MAX - constant - sized * largest;
    },
    each: (list, { constant, sized }) => {
      const length = sizeOf(list);
      spend(length * (1 + constant + sized * Math.max(largest, length)));
      return list;
    },
    pattern: (text, { length }) =>
      spend(Math.ceil((text.length * (CHARS_OF_PATTERN + length)) / CHARS_OF_PATTERN)),
    fault: () => (left < 0 ? TOO_MUCH : undefined),
  };
}

/** Returns the work of evaluating each node once. */
export function workOf(nodes: readonly ASTNode[]): CelWork {
  const constant = nodes.filter(({ op }) => CONSTANT_OPS.has(op)).length;
  return { constant, sized: nodes.length - constant };
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Math.ceil(value.length / CHARS_OF_VALUE);
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 1;
}

/** The size of the largest value within a value. */
function largestIn(value: unknown): number {
  let largest = sizeOf(value);
  if (typeof value !== 'object' || value === null) return largest;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    largest = Math.max(largest, largestIn(inner));
  }
  return largest;
}
