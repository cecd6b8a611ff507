/** `novacron policy fmt`: are the texts in their usual form? */
import { ok, type Result } from '@novacron/contract/result';
import { formatRego } from '@novacron/rego/format-rego';
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { type Failure, findingsFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { readTextFile } from '../../../io/read-text-file.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { countOf } from '../../../output/count-of.ts';
import { problemLine } from '../files/problem-line.ts';
import { findRegoFiles } from '../files/read-policies.ts';

/** Which texts to format. */
export interface FormatRequest {
  /** `-` is standard input, which is written to standard output. */
  readonly paths: readonly string[];
  /** Whether files are rewritten, or only listed. */
  readonly mode: 'write' | 'check';
  readonly regoVersion: 'auto' | RegoVersion;
}

/** Formats texts in place. Failures: wrong usage; findings in `check`, and for mistakes. */
export async function formatPolicies(
  io: Pick<CliIo, 'listFiles' | 'readText' | 'replaceText'>,
  request: FormatRequest,
): Promise<Outcome> {
  const { paths, mode, regoVersion } = request;
  if (paths.length === 1 && paths[0] === '-') return formatInput(io, regoVersion);
  const files = await findRegoFiles(io, paths);
  if (!files.ok) return { failure: files.error };
  const changed: string[] = [];
  const problems: RegoProblem[] = [];
  for (const file of files.value) {
    const formatted = await formatFile(io, file, regoVersion);
    if (!formatted.ok) return { failure: formatted.error };
    const { before, after, mistakes } = formatted.value;
    problems.push(...mistakes);
    if (after === undefined || after === before) continue;
    changed.push(file);
    if (mode === 'write') await io.replaceText(file, after);
  }
  const text = changed.map((file) => `${file}\n`).join('') + problems.map(problemLine).join('');
  const document = { kind: 'report', value: { changed, problems }, text } as const;
  const verdict = verdictOf(mode, { changed: changed.length, problems: problems.length });
  return verdict === undefined ? { document } : { document, failure: findingsFailure(verdict) };
}

function verdictOf(
  mode: FormatRequest['mode'],
  counts: { readonly changed: number; readonly problems: number },
): string | undefined {
  if (counts.problems > 0)
    return `${countOf(counts.problems, 'problem')}; these files were not formatted`;
  if (mode === 'write' || counts.changed === 0) return undefined;
  return `${countOf(counts.changed, 'file')} not formatted; run \`novacron policy fmt\``;
}

type Formatted = {
  readonly before: string;
  readonly after: string | undefined;
  readonly mistakes: readonly RegoProblem[];
};

async function formatFile(
  io: Pick<CliIo, 'readText'>,
  file: string,
  regoVersion: 'auto' | RegoVersion,
): Promise<Result<Formatted, Failure>> {
  const before = await readTextFile(io, file, 'a policy');
  if (!before.ok) return before;
  const formatted = formatRego(before.value, { file, regoVersion });
  return ok({
    before: before.value,
    after: formatted.ok ? formatted.value : undefined,
    mistakes: formatted.ok ? [] : formatted.error,
  });
}

async function formatInput(
  io: Pick<CliIo, 'readText'>,
  regoVersion: 'auto' | RegoVersion,
): Promise<Outcome> {
  const formatted = await formatFile(io, '-', regoVersion);
  if (!formatted.ok) return { failure: formatted.error };
  const { after, mistakes } = formatted.value;
  if (after !== undefined) return { document: { kind: 'text', value: { text: after } } };
  return { failure: findingsFailure(mistakes.map(problemLine).join('').trimEnd()) };
}
