/** `novacron policy check` and `fmt`: are the texts right, and are they in their usual form? */
import { ok, type Result } from '@novacron/contract/result';
import { compileRego } from '@novacron/rego/compile-rego';
import { formatRego } from '@novacron/rego/format-rego';
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { type Failure, findingsFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { countOf } from '../../output/count-of.ts';
import { checkArchive, openArchives, toTexts } from './files/open-archives.ts';
import { problemLine } from './files/problem-line.ts';
import { findHiddenDocuments, readDocuments } from './files/read-documents.ts';
import {
  findRegoFiles,
  type Grouping,
  isTestFile,
  type RegoBundle,
  readTexts,
} from './files/read-policies.ts';
import { readPolicyHead } from './files/read-policy-head.ts';
import { readSchemas } from './files/read-schemas.ts';

/** Which texts, and how they are read. */
export interface PolicyTexts {
  readonly paths: readonly string[];
  /** Bundles of OPA, besides. */
  readonly archives: readonly string[];
  /** Files and directories of documents, besides those in the directories of policies. */
  readonly data: readonly string[];
  readonly grouping: Grouping;
  readonly regoVersion: 'auto' | RegoVersion;
}

/** What is checked, and with what. */
export interface CheckRequest extends PolicyTexts {
  /** A file or a directory of JSON Schemas that annotations name. */
  readonly schema?: string;
}

/** Compiles all texts. Failures: wrong usage; findings where a text or a bundle has a problem. */
export async function checkPolicies(
  io: Pick<CliIo, 'listFiles' | 'readText' | 'readBytes'>,
  request: CheckRequest,
): Promise<Outcome> {
  const { paths, archives, grouping, regoVersion } = request;
  const schemas = await readSchemas(io, request.schema);
  if (!schemas.ok) return { failure: schemas.error };
  const read = await readTexts(io, paths, grouping);
  if (!read.ok) return { failure: read.error };
  const except = request.schema === undefined ? [] : [request.schema];
  const documents = await readDocuments(io, { paths, data: request.data, except });
  if (!documents.ok) return { failure: documents.error };
  const opened = await openArchives(io, archives);
  if (!opened.ok) return { failure: opened.error };
  const named = schemas.value === undefined ? {} : { schemas: schemas.value };
  const texts = [...read.value, ...opened.value.map(toTexts)];
  const problems = texts.flatMap(({ modules }) => {
    const compiled = compileRego({ modules, entrypoints: [], regoVersion, ...named });
    return [...(compiled.ok ? [] : compiled.error), ...headProblems(modules)];
  });
  problems.push(...opened.value.flatMap(checkArchive), ...documents.value.problems);
  problems.push(...findHiddenDocuments(texts, documents.value, regoVersion));
  const files = texts.flatMap(({ modules }) => Object.keys(modules)).length;
  const counts = [
    ...(files === 0 && archives.length > 0 ? [] : [countOf(files, 'file')]),
    ...(documents.value.count === 0 ? [] : [countOf(documents.value.count, 'document')]),
    ...(archives.length === 0 ? [] : [countOf(archives.length, 'bundle')]),
  ];
  const checked = `${counts.join(', ').replace(/, ([^,]*)$/, ' and $1')} checked`;
  if (problems.length === 0) {
    return { document: { kind: 'report', value: [], text: `${checked}: no problems\n` } };
  }
  return {
    document: { kind: 'report', value: problems, text: problems.map(problemLine).join('') },
    failure: findingsFailure(`${checked}: ${countOf(problems.length, 'problem')}`),
  };
}

function headProblems(modules: RegoBundle['modules']): readonly RegoProblem[] {
  return Object.entries(modules).flatMap(([file, text]) => {
    const head = isTestFile(file) ? undefined : readPolicyHead(text, file);
    return head?.ok === false ? head.error : [];
  });
}

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
