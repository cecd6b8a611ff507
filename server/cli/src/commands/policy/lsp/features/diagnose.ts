/** Problems of texts, as editors show them. */
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { compilePolicies } from '../../files/compile-policies.ts';
import { inputOf } from '../../files/policy-input.ts';
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

/** Severity of a field that the input of NovaCron's policies does not have. */
export type UnknownInput = 'error' | 'warning' | 'ignored';

/** Options for checking texts. */
export interface DiagnoseOptions {
  readonly unknownInput: UnknownInput;
  /** Since 1970. */
  readonly nowMs: () => number;
  /** The texts of other directories. */
  readonly others: readonly string[];
}

/**
 * Compiles texts together.
 * @param texts - by URI
 * @returns what is wrong with each of them; an empty list where nothing is
 */
export function diagnose(
  texts: Readonly<Record<string, string>>,
  { unknownInput, nowMs, others }: DiagnoseOptions,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const input = unknownInput === 'ignored' ? {} : inputOf(unknownInput === 'warning');
  const trial = unknownInput === 'ignored' ? 'untried' : 'tried';
  const asked = { modules: texts, trial, nowMs, others, ...input } as const;
  const compiled = compilePolicies(asked);
  const problems = compiled.ok ? compiled.value.warnings : compiled.error;
  const severity = compiled.ok ? 2 : 1;
  const found = problems.map((problem) => ({
    file: problem.file,
    ...toDiagnostic(texts, problem, severity),
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
  severity: Diagnostic['severity'],
): Diagnostic {
  const range = wordRange(texts[file] ?? '', row, column);
  return { range, severity, code, source: 'novacron', message };
}

/** From a place to the end of the word there; rows and columns from 1. */
export function wordRange(text: string, row: number, column: number): LspRange {
  const line = linesOf(text)[row - 1] ?? '';
  const start = Math.min(column - 1, line.length);
  const word = /^(?:[\w.]+|\S)/.exec(line.slice(start))?.[0] ?? '';
  return {
    start: { line: row - 1, character: start },
    end: { line: row - 1, character: start + word.length },
  };
}
