/** `novacron policy eval`: the values of a query over policies, input and data in files. */

import { EvaluationError } from '@novacron/rego/evaluate/evaluation-error';
import { evaluateRego } from '@novacron/rego/evaluate-query';
import { loadPolicy } from '@novacron/rego/evaluate-rego';
import type { TraceEvent } from '@novacron/rego/record-trace';
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import type { PrintedLine } from '@novacron/rego/syntax/printed-line';
import { findingsFailure, unevaluatedFailure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { writeJson } from '../../../output/write-values.ts';
import { openArchives, toTexts } from '../files/open-archives.ts';
import { printedLine, problemLine } from '../files/problem-line.ts';
import { readDocument } from '../files/read-document.ts';
import { findHiddenDocuments, mergeData, readDocuments } from '../files/read-documents.ts';
import { readTexts } from '../files/read-policies.ts';
import { type ExplainMode, traceLines } from '../files/trace-lines.ts';

/** Query to evaluate. */
export interface EvaluateRequest {
  readonly query: string;
  /** Files and directories of policies; all are read as one. */
  readonly policies: readonly string[];
  /** A bundle of OPA: its texts and documents, or its module where it has no texts. */
  readonly bundle?: string;
  /** JSON or YAML. */
  readonly input?: string;
  /** Files and directories of documents, besides those in the directories of policies. */
  readonly data: readonly string[];
  readonly regoVersion: 'auto' | RegoVersion;
  readonly builtinErrors: 'undefined' | 'fail';
  /** Shows the steps on standard error. */
  readonly explain?: ExplainMode;
}

/** The variable that stands for the query's own value. */
const VALUE = 'value__';

/**
 * Evaluates a query. Failures: wrong usage, also for a mistake in the query; findings where nothing
 * makes it true; nothing evaluated, where a policy does not compile or the evaluation stops.
 */
export async function evaluatePolicy(
  io: Pick<CliIo, 'listFiles' | 'readText' | 'readBytes' | 'stderr'>,
  request: EvaluateRequest,
): Promise<Outcome> {
  const { policies, bundle } = request;
  const texts = await readTexts(io, policies, 'together');
  if (!texts.ok) return { failure: texts.error };
  const opened = await openArchives(io, bundle === undefined ? [] : [bundle]);
  if (!opened.ok) return { failure: opened.error };
  const input = await readDocument(io, request.input, 'the input');
  if (!input.ok) return { failure: input.error };
  const except = request.input === undefined ? [] : [request.input];
  const found = await readDocuments(io, { paths: policies, data: request.data, except });
  if (!found.ok) return { failure: found.error };
  const problems = [
    ...found.value.problems,
    ...findHiddenDocuments(texts.value, found.value, request.regoVersion),
  ];
  if (problems.length > 0) {
    return { failure: unevaluatedFailure(problems.map(problemLine).join('').trim()) };
  }
  const [archive] = opened.value;
  const packed = archive === undefined ? undefined : toTexts(archive);
  const modules = { ...texts.value[0]?.modules, ...packed?.modules };
  const documents = { input: input.value, data: mergeData(packed?.data, found.value) };
  const { wasm } = archive?.contents ?? {};
  try {
    return wasm !== undefined && Object.keys(modules).length === 0
      ? askModule(wasm, documents, request)
      : askTexts(io, { modules, ...documents }, request);
  } catch (cause) {
    if (!(cause instanceof EvaluationError)) throw cause;
    return { failure: unevaluatedFailure(`evaluation failed: ${cause.message}`) };
  }
}

interface Documents {
  readonly input: unknown;
  readonly data: unknown;
}

function askTexts(
  { stderr }: Pick<CliIo, 'stderr'>,
  asked: Documents & { readonly modules: Readonly<Record<string, string>> },
  { query, regoVersion, builtinErrors, explain }: EvaluateRequest,
): Outcome {
  const events: TraceEvent[] = [];
  const onPrint = (line: PrintedLine) => stderr.write(printedLine(line));
  const onTrace = (event: TraceEvent) => events.push(event);
  const traced = explain === undefined ? {} : { onTrace };
  const given = { ...asked, regoVersion, builtinErrors, onPrint, ...traced };
  const lead = `${VALUE} := `;
  // A trace counts columns from the begin of what is evaluated.
  let text = `${' '.repeat(lead.length)}${query}`;
  try {
    // A query such as data.novacron.allow has a value of its own; x := 1; x > 0 has none.
    const whole = evaluateRego({ ...given, query: `${lead}${query}` });
    if (!whole.ok) text = query;
    const answer = whole.ok ? whole : evaluateRego({ ...given, query });
    if (!answer.ok) {
      const isOfTexts = answer.error.some(({ file }) => file in asked.modules);
      const fail = isOfTexts ? unevaluatedFailure : usageFailure;
      return { failure: fail(answer.error.map(problemLine).join('').trim()) };
    }
    return outcomeOf(answer.value.map((bindings) => (whole.ok ? bindings[VALUE] : bindings)));
  } finally {
    const texts = { ...asked.modules, query: text };
    if (explain !== undefined) stderr.write(traceLines(events, explain, texts).join(''));
  }
}

/** A module answers what it was built for, and nothing else. */
function askModule(
  wasm: Uint8Array,
  { input, data }: Documents,
  { query, explain }: EvaluateRequest,
): Outcome {
  if (explain !== undefined) {
    return { failure: usageFailure('a bundle with a module alone cannot be explained') };
  }
  const module = loadPolicy(wasm, { data });
  const entrypoint = query
    .trim()
    .replace(/^data\./, '')
    .replaceAll('.', '/');
  if (module.entrypoints.includes(entrypoint)) {
    return outcomeOf(module.evaluate(input, entrypoint));
  }
  const known = module.entrypoints.map((name) => `data.${name.replaceAll('/', '.')}`);
  return {
    failure: usageFailure(
      `the module of the bundle has no entrypoint ${query}; it has ${known.join(', ')}`,
    ),
  };
}

function outcomeOf(values: readonly unknown[]): Outcome {
  const text = values.map((value) => `${writeJson(value, 2)}\n`).join('');
  const document = { kind: 'report', value: { result: values }, text } as const;
  return values.length > 0 ? { document } : { document, failure: findingsFailure('undefined') };
}
