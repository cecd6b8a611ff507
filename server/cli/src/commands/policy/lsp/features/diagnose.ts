/** What is wrong with texts, as editors show it. */
import { compileRego } from '@novacron/rego/compile-rego';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { type LspRange, linesOf } from '../text/text-positions.ts';

/** One remark at a range. */
export interface Diagnostic {
  readonly range: LspRange;
  /** 1 error, 2 warning, 3 information. */
  readonly severity: 1 | 2 | 3;
  readonly code: string;
  readonly source: string;
  readonly message: string;
}

/**
 * Compiles texts together.
 * @param texts - by URI
 * @returns what is wrong with each of them; an empty list where nothing is
 */
export function diagnose(
  texts: Readonly<Record<string, string>>,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const compiled = compileRego({ modules: texts, entrypoints: [], level: 2 });
  const problems = compiled.ok ? [] : compiled.error;
  const found = problems.map((problem) => ({
    file: problem.file,
    ...toDiagnostic(texts, problem),
  }));
  return new Map(
    Object.keys(texts).map((uri) => [
      uri,
      found.filter(({ file }) => file === uri).map(({ file: _file, ...rest }) => rest),
    ]),
  );
}

function toDiagnostic(
  texts: Readonly<Record<string, string>>,
  { file, row, column, code, message }: RegoProblem,
): Diagnostic {
  const range = wordRange(texts[file] ?? '', row, column);
  return { range, severity: 1, code, source: 'novacron', message };
}

/** From a place to the end of the word there; rows and columns from 1. */
function wordRange(text: string, row: number, column: number): LspRange {
  const line = linesOf(text)[row - 1] ?? '';
  const start = Math.min(column - 1, line.length);
  const word = /^(?:[\w.]+|\S)/.exec(line.slice(start))?.[0] ?? '';
  return {
    start: { line: row - 1, character: start },
    end: { line: row - 1, character: start + word.length },
  };
}
