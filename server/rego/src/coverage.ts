// Which lines of a policy an evaluation can reach, and which it did.

import type { Literal, Module } from './syntax/ast.ts';

/** The lines of a file with something to evaluate; rows count from 1, in order. */
export type FileCoverage = {
  readonly file: string;
  readonly covered: readonly number[];
  readonly missed: readonly number[];
};

const LITERALS: ReadonlySet<unknown> = new Set<Literal['kind']>([
  'expr',
  'assign',
  'unify',
  'some-in',
  'every',
  'not',
  'with',
]);

/** The rows of a file that were reached, by what was reached there. */
export type ReachedRows = Readonly<Record<'literal' | 'head', ReadonlySet<number>>>;

/**
 * Splits the lines of a module by whether they were reached. The line of a head counts once its
 * body has held, other lines once they were looked at.
 */
export function coverModule(module: Module, reached: ReachedRows): FileCoverage {
  const rows = new Set<number>();
  const heads = new Set<number>();
  for (const { shape, branches, member } of module.rules) {
    if (shape === 'default') continue;
    for (const { at, body, value } of branches) {
      heads.add(at.row);
      rows.add(at.row);
      addRows([body, value, member], rows);
    }
  }
  const isReached = (row: number) => reached[heads.has(row) ? 'head' : 'literal'].has(row);
  const sorted = [...rows].sort((a, b) => a - b);
  return {
    file: module.file,
    covered: sorted.filter((row) => isReached(row)),
    missed: sorted.filter((row) => !isReached(row)),
  };
}

/** The rows of all literals at and below a part of the tree, those of comprehensions included. */
function addRows(part: unknown, rows: Set<number>): void {
  if (typeof part !== 'object' || part === null) return;
  if (isLiteral(part)) rows.add(part.at.row);
  for (const inner of Object.values(part)) addRows(inner, rows);
}

function isLiteral(part: object): part is Literal {
  return 'kind' in part && LITERALS.has(part.kind) && 'at' in part;
}

/** The part of all lines that was reached, from 0 to 1; 1 where there are none. */
export function coverageOf(files: readonly FileCoverage[]): number {
  const covered = files.reduce((sum, file) => sum + file.covered.length, 0);
  const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
  return covered + missed === 0 ? 1 : covered / (covered + missed);
}
