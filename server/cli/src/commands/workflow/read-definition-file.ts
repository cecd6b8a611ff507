/** Reads definitions of workflows and runbooks from files. */
import { err, ok, type Result } from '@novacron/contract/result';
import type {
  CheckedDefinition,
  LocatedFinding,
} from '@novacron/engine/automation/workflows/model/automation';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import { type Failure, findingsFailure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { countOf } from '../../output/count-of.ts';
import { plainLine } from '../../output/plain-text.ts';

/** Kind of definition a command works on. */
export type DefinitionKind = 'workflow' | 'runbook';

/** A finding in a file, as programs read it. */
export interface FileFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  /** Keys down to the value at fault, joined with dots; empty for the text itself. */
  readonly path: string;
  readonly message: string;
}

/** Reads one file. Failures: wrong usage where it cannot be read, or is of the other kind. */
export async function readDefinitionFile(
  io: Pick<CliIo, 'readText'>,
  file: string,
  kind: DefinitionKind,
): Promise<Result<Result<CheckedDefinition, readonly FileFinding[]>, Failure>> {
  const text = await readTextFile(io, file, `the ${kind}`);
  if (!text.ok) return text;
  const read = readDefinition(text.value);
  if (!read.ok) return ok(err(inFile(file, read.error)));
  const found = read.value.definition.kind;
  if (found === kind) return ok(read);
  const message = `${file} is a ${found}: use "novacron ${found}", or write "kind: ${kind}" in it`;
  return err(usageFailure(message));
}

/** Findings of a text as those of its file. */
export function inFile(file: string, findings: readonly LocatedFinding[]): readonly FileFinding[] {
  return findings.map(({ line, column, severity, path, message }) => ({
    file,
    line,
    column,
    severity,
    path: path.join('.'),
    message,
  }));
}

/** Outcome of a command that needs a definition but finds mistakes. */
export function findingsOutcome(findings: readonly FileFinding[]): Outcome {
  const errors = findings.filter(({ severity }) => severity === 'error');
  return {
    document: { kind: 'report', value: findings.map(toFields), text: linesOf(findings) },
    failure: findingsFailure(countOf(errors.length, 'mistake')),
  };
}

/** Findings as compilers write them: `file:line:column: path message`. */
export function linesOf(findings: readonly FileFinding[]): string {
  return findings
    .map(({ file, line, column, severity, path, message }) => {
      const word = severity === 'warning' ? 'warning: ' : '';
      const subject = path === '' ? '' : `${path} `;
      return `${file}:${line}:${column}: ${word}${plainLine(`${subject}${message}`)}\n`;
    })
    .join('');
}

/** A finding as fields of a document. */
export function toFields(finding: FileFinding): Record<string, unknown> {
  return { ...finding };
}
