/** Policies with their documents and an input, for commands that ask them questions. */
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, unevaluatedFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { problemLine } from './problem-line.ts';
import { readDocument } from './read-document.ts';
import { readDocuments } from './read-documents.ts';
import { type RegoBundle, readModules } from './read-policies.ts';

/** Locations of the session's files. */
export interface SessionPlaces {
  /** Files and directories of policies, with documents beside them. */
  readonly paths: readonly string[];
  /** Files and directories of more documents. */
  readonly data: readonly string[];
  /** JSON or YAML. */
  readonly input?: string;
}

/** Texts of the session. */
export interface SessionTexts {
  readonly modules: RegoBundle['modules'];
  readonly data: unknown;
  /** Undefined where no input is named. */
  readonly input: unknown;
}

/** Reads all. Failures: wrong usage; nothing evaluated, where a document is none. */
export async function loadSession(
  io: Pick<CliIo, 'listFiles' | 'readText'>,
  { paths, data, input }: SessionPlaces,
): Promise<Result<SessionTexts, Failure>> {
  const modules = await readModules(io, paths);
  if (!modules.ok) return modules;
  const asked = await readDocument(io, input, 'the input');
  if (!asked.ok) return asked;
  const except = input === undefined ? [] : [input];
  const documents = await readDocuments(io, { paths, data, except });
  if (!documents.ok) return documents;
  const { problems, value } = documents.value;
  if (problems.length > 0) {
    return err(unevaluatedFailure(problems.map(problemLine).join('').trim()));
  }
  return ok({ modules: modules.value, data: value, input: asked.value });
}
