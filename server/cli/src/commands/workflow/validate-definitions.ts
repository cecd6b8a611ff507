/** `novacron workflow validate`: are the definitions right? */
import { checkCalls } from '@novacron/engine/automation/workflows/checks/check-calls';
import { findingsFailure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { countOf } from '../../output/count-of.ts';
import {
  type DefinitionKind,
  type FileFinding,
  inFile,
  linesOf,
  readDefinitionFile,
  toFields,
} from './read-definition-file.ts';

/** Definitions to check. */
export interface ValidateRequest {
  readonly files: readonly string[];
  readonly kind: DefinitionKind;
}

/** Checks files. Failures: wrong usage; findings where one has a mistake. */
export async function validateDefinitions(
  io: Pick<CliIo, 'readText'>,
  { files, kind }: ValidateRequest,
): Promise<Outcome> {
  if (files.length > 1 && files.includes('-')) {
    return { failure: usageFailure('standard input (-) is checked by itself: name files, or -') };
  }
  const findings: FileFinding[] = [];
  const definitions = [];
  for (const file of files) {
    const read = await readDefinitionFile(io, file, kind);
    if (!read.ok) return { failure: read.error };
    if (read.value.ok) {
      findings.push(...inFile(file, read.value.value.warnings));
      definitions.push(read.value.value.definition);
    } else findings.push(...read.value.error);
  }
  const calls = checkCalls(definitions);
  const [first = ''] = files;
  if (calls !== undefined) {
    const place = { file: first, line: 1, column: 1, path: '' };
    findings.push({ ...place, severity: 'error', message: calls });
  }
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const counts = [
    ...(errors > 0 ? [countOf(errors, 'mistake')] : []),
    ...(warnings > 0 ? [countOf(warnings, 'warning')] : []),
  ];
  const summary = `${countOf(files.length, 'file')} checked: ${counts.join(', ') || 'no problems'}`;
  const value = findings.map(toFields);
  const lines = linesOf(findings);
  if (errors === 0) return { document: { kind: 'report', value, text: `${lines}${summary}\n` } };
  return { document: { kind: 'report', value, text: lines }, failure: findingsFailure(summary) };
}
