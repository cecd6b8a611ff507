/** `novacron policy review --files`: what policies say about any documents, as conftest asks. */
import { err, type Result } from '@novacron/contract/result';
import { type Failure, findingsFailure, unevaluatedFailure } from '../../../../failures/failure.ts';
import type { CliIo } from '../../../../io/cli-io.ts';
import type { Outcome } from '../../../../operations/run-command.ts';
import { countOf } from '../../../../output/count-of.ts';
import { startWorkProgress } from '../../../../output/work-progress.ts';
import { problemLine } from '../../files/problem-line.ts';
import { readDocuments as readData } from '../../files/read-documents.ts';
import { readRegoBundles } from '../../files/read-policies.ts';
import { type ReviewFormat, renderReview } from '../report/render-review.ts';
import {
  type FailOn,
  type Finding,
  isFailing,
  LEVELS,
  type PassedCheck,
} from '../report/review-model.ts';
import { type AskedDocument, askRules } from './ask-rules.ts';
import { type LoadedRules, loadRules } from './load-rules.ts';
import {
  type DocumentParser,
  type ReviewedDocument,
  readDocuments,
  type UnreadDocument,
} from './read-documents.ts';

/** Documents to review, and the rules for them. */
export interface DocumentsRequest {
  /** Files and directories; `-` is standard input. */
  readonly files: readonly string[];
  readonly policies: readonly string[];
  /** Files and directories whose documents are `data` of the rules. */
  readonly data: readonly string[];
  /** Packages whose rules are asked. */
  readonly namespaces: readonly string[] | 'all';
  /** Whether rules see each document, or a list of all with their paths. */
  readonly grouping: 'each' | 'combined';
  /** None: by the endings of the files. */
  readonly parser: DocumentParser | undefined;
  readonly format: ReviewFormat;
  /** Findings at this level or above end with 1. */
  readonly failOn: FailOn;
  readonly progress: 'shown' | 'hidden';
}

type DocumentsIo = Pick<CliIo, 'listFiles' | 'readText' | 'stderr' | 'nowMs' | 'version'>;

/**
 * Reviews documents. Failures: wrong usage; findings at or above `failOn`, and files that were not
 * read; nothing evaluated, where policies do not compile or an evaluation stops.
 */
export async function reviewDocuments(
  io: DocumentsIo,
  request: DocumentsRequest,
): Promise<Outcome> {
  const loaded = await readRules(io, request);
  if (!loaded.ok) return { failure: loaded.error };
  const read = await readDocuments(io, request.files, request.parser);
  if (!read.ok) return { failure: read.error };
  const { documents: found, unread } = read.value;
  const documents = request.grouping === 'each' ? found : [combine(found)];
  const work = { what: 'reviewing', total: documents.length, shown: request.progress };
  const progress = startWorkProgress(io, work);
  const findings: Finding[] = unread.map(toFinding);
  const passed: PassedCheck[] = [];
  for (const [index, document] of documents.entries()) {
    progress.show(index);
    const answers = askRules(loaded.value, document);
    if (!answers.ok) {
      progress.end();
      return { failure: unevaluatedFailure(`${answers.error}\nthe review did not run`) };
    }
    findings.push(...answers.value.findings);
    passed.push(...answers.value.passed);
  }
  progress.end();
  const rank = ({ level }: Finding) => LEVELS.indexOf(level);
  findings.sort((a, b) => rank(a) - rank(b));
  const { length: policies } = loaded.value.rules;
  const counts = { policies, resources: found.length, others: 0, waived: 0 };
  const review = {
    subject: 'document',
    findings,
    passed,
    unasked: [],
    unknownTypes: [],
    standards: [],
    verdictChanges: undefined,
    cost: undefined,
    counts,
  } as const;
  const document = renderReview(review, { ...request, version: io.version });
  const failing = findings.filter(({ level }) => isFailing(level, request.failOn)).length;
  if (failing === 0 && unread.length > 0) {
    const failure = findingsFailure(`${countOf(unread.length, 'file')} not read`);
    return { document, failure };
  }
  if (failing === 0) return { document };
  const which = `at or above ${request.failOn}`;
  return { document, failure: findingsFailure(`${countOf(failing, 'finding')} ${which}`) };
}

/** A file that was not read is not judged, which is an error whatever the rules say. */
function toFinding({ file, row, column, message }: UnreadDocument): Finding {
  return {
    level: 'error',
    policy: 'unread-file',
    policyFile: undefined,
    rulePath: undefined,
    message,
    address: file,
    attribute: undefined,
    place: { file, row, column },
    waiver: undefined,
  };
}

/** Compiles the rules with their documents below `data`. */
async function readRules(
  io: DocumentsIo,
  { policies, data, namespaces }: DocumentsRequest,
): Promise<Result<LoadedRules, Failure>> {
  const texts = await readRegoBundles(io, policies, 'together');
  if (!texts.ok) return texts;
  const read = await readData(io, { paths: [], data, except: [] });
  if (!read.ok) return read;
  const { problems, value } = read.value;
  if (problems.length > 0) {
    const lines = problems.map(problemLine).join('');
    return err(unevaluatedFailure(`${lines}the review did not run`));
  }
  return loadRules(texts.value[0]?.modules ?? {}, { namespaces, data: value });
}

/** All documents as one: a list in the order of their paths. */
function combine(documents: readonly ReviewedDocument[]): AskedDocument {
  const contents = documents
    .map(({ file, contents: each }) => ({ path: file, contents: each }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { file: 'Combined', row: undefined, contents };
}
