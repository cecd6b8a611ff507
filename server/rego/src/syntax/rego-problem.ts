// Problems of a policy's text, and their order.

/** The kinds of trouble that a policy's text can have. */
export type RegoProblemCode =
  | 'parse-error'
  | 'unsafe-variable'
  | 'unknown-builtin'
  | 'refused-builtin'
  | 'deprecated-builtin'
  | 'default-value'
  | 'duplicate-import'
  | 'shadowed-document'
  | 'unknown-function'
  | 'recursion'
  | 'arity'
  | 'type-error'
  | 'input-mismatch'
  | 'policy-trial'
  | 'unused-variable'
  | 'unused-import'
  | 'conflict'
  | 'redeclared'
  | 'unsupported'
  | 'too-large'
  | 'bad-annotation'
  | 'bad-bundle'
  | 'bad-document';

/** One thing that is wrong with a policy's text; row and column count from 1. */
export type RegoProblem = {
  readonly code: RegoProblemCode;
  /** Explanation of the problem and its fix. */
  readonly message: string;
  readonly file: string;
  readonly row: number;
  readonly column: number;
};

/** Either a value or all the problems that were found. */
export type RegoResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: readonly RegoProblem[] };

/** A place in a policy's text; row and column count from 1. */
export type Position = { readonly row: number; readonly column: number };

/** Takes down problems of one file. */
export type Report = (code: RegoProblemCode, at: Position, message: string) => void;

/** Orders problems as a reader meets them: by file, row and column; equal ones are kept once. */
export function sortProblems(problems: readonly RegoProblem[]): readonly RegoProblem[] {
  const seen = new Set<string>();
  const unique = problems.filter((problem) => {
    const key = [problem.file, problem.row, problem.column, problem.code, problem.message].join();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return unique.sort((a, b) => compareText(a.file, b.file) || a.row - b.row || a.column - b.column);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
