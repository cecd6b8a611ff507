/** `novacron policy fmt`: are the texts in their usual form? */
import { plainText } from '@novacron/contract/formats/plain-text';
import { ok, type Result } from '@novacron/contract/result';
import { diffTexts } from '@novacron/engine/policy/diff-texts';
import { formatRego } from '@novacron/rego/format-rego';
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { formatToVersion1 } from '@novacron/rego/tools/format-to-version-1';
import { type Failure, findingsFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { readTextFile } from '../../../io/read-text-file.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { countOf } from '../../../output/count-of.ts';
import { problemLine } from '../files/problem-line.ts';
import { findRegoFiles } from '../files/read-policies.ts';

/** Texts to format. */
export interface FormatRequest {
  /** `-` is standard input, which is written to standard output. */
  readonly paths: readonly string[];
  /** Whether files are rewritten, only listed, or shown as unified diffs. */
  readonly mode: 'write' | 'check' | 'diff';
  /** Whether texts that are not in their form are findings. */
  readonly failing: 'changed' | 'never';
  /** Whether texts of version 0 are moved to the form that both versions read. */
  readonly form: 'own-version' | 'version-1';
  readonly regoVersion: 'auto' | RegoVersion;
}

/** Formats texts in place. Failures: wrong usage; findings in `check`, and for mistakes. */
export async function formatPolicies(
  io: Pick<CliIo, 'listFiles' | 'readText' | 'replaceText'>,
  request: FormatRequest,
): Promise<Outcome> {
  const { paths, mode } = request;
  if (paths.length === 1 && paths[0] === '-') return formatInput(io, request);
  const files = await findRegoFiles(io, paths);
  if (!files.ok) return { failure: files.error };
  const changed: Changed[] = [];
  const problems: RegoProblem[] = [];
  for (const file of files.value) {
    const formatted = await formatFile(io, file, request);
    if (!formatted.ok) return { failure: formatted.error };
    const { before, after, mistakes } = formatted.value;
    problems.push(...mistakes);
    if (after === undefined || after === before) continue;
    changed.push({ file, before, after });
    if (mode === 'write') await io.replaceText(file, after);
  }
  const text = changed.map((each) => shownAs(mode, each)).join('');
  const names = changed.map(({ file }) => file);
  const document = {
    kind: 'report',
    value: { changed: names, problems },
    text: text + problems.map(problemLine).join(''),
  } as const;
  const verdict = verdictOf(request, { changed: names.length, problems: problems.length });
  return verdict === undefined ? { document } : { document, failure: findingsFailure(verdict) };
}

interface Changed {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** The name of a file, or what changes in it as `diff -u` and Git write it. */
function shownAs(mode: FormatRequest['mode'], { file, before, after }: Changed): string {
  if (mode !== 'diff') return `${file}\n`;
  return plainText(`--- a/${file}\n+++ b/${file}\n${diffTexts(before, after)}`);
}

function verdictOf(
  { failing }: Pick<FormatRequest, 'failing'>,
  counts: { readonly changed: number; readonly problems: number },
): string | undefined {
  if (counts.problems > 0)
    return `${countOf(counts.problems, 'problem')}; these files were not formatted`;
  if (failing === 'never' || counts.changed === 0) return undefined;
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
  { regoVersion, form }: Pick<FormatRequest, 'regoVersion' | 'form'>,
): Promise<Result<Formatted, Failure>> {
  const before = await readTextFile(io, file, 'a policy');
  if (!before.ok) return before;
  const formatted =
    form === 'version-1'
      ? formatToVersion1(before.value, file)
      : formatRego(before.value, { file, regoVersion });
  return ok({
    before: before.value,
    after: formatted.ok ? formatted.value : undefined,
    mistakes: formatted.ok ? [] : formatted.error,
  });
}

async function formatInput(
  io: Pick<CliIo, 'readText'>,
  { mode, failing, regoVersion, form }: FormatRequest,
): Promise<Outcome> {
  const formatted = await formatFile(io, '-', { regoVersion, form });
  if (!formatted.ok) return { failure: formatted.error };
  const { before, after, mistakes } = formatted.value;
  if (after === undefined) {
    return { failure: findingsFailure(mistakes.map(problemLine).join('').trimEnd()) };
  }
  const isChanged = after !== before;
  const changed = isChanged ? shownAs(mode, { file: '-', before, after }) : '';
  const text = mode === 'write' ? after : changed;
  const document = { kind: 'text', value: { text } } as const;
  const verdict = verdictOf({ failing }, { changed: isChanged ? 1 : 0, problems: 0 });
  return verdict === undefined ? { document } : { document, failure: findingsFailure(verdict) };
}
