/** `novacron policy test`: runs the tests beside policies. */

import { coverageOf, type FileCoverage } from '@novacron/rego/coverage';
import type { TracedValue } from '@novacron/rego/record-trace';
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { type RegoTest, testRego } from '@novacron/rego/test-rego';
import { findingsFailure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { countOf } from '../../../output/count-of.ts';
import { plainLine } from '../../../output/plain-text.ts';
import type { Document } from '../../../output/render-output.ts';
import { type JunitCase, writeJunit } from '../../../output/reports/write-junit.ts';
import { startWorkProgress } from '../../../output/work-progress.ts';
import { openArchives, toTexts } from '../files/open-archives.ts';
import { hintTogether, printedLine, problemLine } from '../files/problem-line.ts';
import {
  findHiddenDocuments,
  mergeData,
  type ReadDocuments,
  readDocuments,
} from '../files/read-documents.ts';
import {
  type Grouping,
  isTestFile,
  type RegoBundle,
  readTexts,
  textsBeside,
} from '../files/read-policies.ts';
import { type ExplainMode, failingValues, traceLines, valueText } from '../files/trace-lines.ts';

/** Output format of test results. */
export type TestFormat = 'text' | 'json' | 'junit';

/** Tests to run, and the options. */
export interface TestRequest {
  readonly paths: readonly string[];
  /** Bundles of OPA with texts, besides. */
  readonly archives: readonly string[];
  /** Files and directories of documents, besides those in the directories of policies. */
  readonly data: readonly string[];
  readonly grouping: Grouping;
  readonly regoVersion: 'auto' | RegoVersion;
  /** Only tests whose full name matches. */
  readonly run?: RegExp;
  readonly format: TestFormat;
  readonly coverage: 'shown' | 'hidden';
  /** Whether tests and cases that pass are listed. */
  readonly passed: 'shown' | 'hidden';
  /** A test that takes longer fails. Unit: ms. */
  readonly timeoutMs: number;
  /** Less coverage fails. Unit: percent of the lines of policies. */
  readonly threshold?: number;
  readonly progress: 'shown' | 'hidden';
  /** Shows how tests that failed were evaluated. */
  readonly explain?: ExplainMode;
}

type Sources = {
  readonly bundles: readonly RegoBundle[];
  readonly documents: ReadDocuments;
};

/** A test with what is shown of it. */
type ShownTest = Omit<RegoTest, 'trace'> & {
  /** The line that failed. */
  readonly source: string;
  /** Known values in that line. */
  readonly values: readonly TracedValue[];
  /** Steps of the evaluation, if requested. */
  readonly steps: readonly string[];
};

type Results = {
  readonly tests: readonly ShownTest[];
  readonly coverage: readonly FileCoverage[];
  readonly problems: readonly RegoProblem[];
};

/** Runs the tests. Failures: wrong usage; findings where a test fails or too little is covered. */
export async function testPolicies(
  io: Pick<CliIo, 'listFiles' | 'readText' | 'readBytes' | 'stderr' | 'nowMs'>,
  request: TestRequest,
): Promise<Outcome> {
  const { paths, grouping } = request;
  const bundles = await readTexts(io, paths, grouping);
  if (!bundles.ok) return { failure: bundles.error };
  const documents = await readDocuments(io, { paths, data: request.data, except: [] });
  if (!documents.ok) return { failure: documents.error };
  const opened = await openArchives(io, request.archives);
  if (!opened.ok) return { failure: opened.error };
  const texts = opened.value.map(toTexts);
  const bare = texts.find(({ modules }) => Object.keys(modules).length === 0);
  if (bare !== undefined) {
    return { failure: usageFailure(`${bare.place} has no .rego files, so no tests`) };
  }
  const results = runBundles(
    io,
    { bundles: [...bundles.value, ...texts], documents: documents.value },
    request,
  );
  const document = documentOf(results, request);
  const verdict = verdictOf(results, request);
  return verdict === undefined ? { document } : { document, failure: findingsFailure(verdict) };
}

function runBundles(
  io: Pick<CliIo, 'stderr' | 'nowMs'>,
  { bundles, documents }: Sources,
  request: TestRequest,
): Results {
  const { run, regoVersion, timeoutMs } = request;
  const work = { what: 'testing', total: bundles.length, shown: request.progress };
  const progress = startWorkProgress(io, work);
  const tests: Results['tests'][number][] = [];
  const coverage: FileCoverage[] = [];
  const problems = [...documents.problems, ...findHiddenDocuments(bundles, documents, regoVersion)];
  if (problems.length > 0) return { tests, coverage, problems };
  for (const [index, { modules, data }] of bundles.entries()) {
    progress.show(index);
    const report = testRego({
      modules,
      data: mergeData(data, documents),
      regoVersion,
      clockMs: io.nowMs,
      timeoutMs,
      ...(run === undefined ? {} : { wants: (name) => run.test(name) }),
    });
    if (!report.ok) {
      const others = textsBeside(bundles, modules);
      problems.push(...report.error.map((problem) => hintTogether(problem, others)));
      continue;
    }
    tests.push(...report.value.tests.map((test) => toShown(modules, test, request.explain)));
    coverage.push(...report.value.coverage.filter(({ file }) => !isTestFile(file)));
  }
  progress.end();
  return { tests, coverage, problems };
}

function toShown(
  modules: RegoBundle['modules'],
  { trace, ...test }: RegoTest,
  explain: ExplainMode | undefined,
): ShownTest {
  const values = test.outcome === 'failed' ? failingValues(trace, test.name) : [];
  const steps = explain === undefined ? [] : traceLines(trace, explain, modules);
  return { ...test, source: sourceOf(modules, test), values, steps };
}

/** The line of the text that a test failed at. */
function sourceOf(
  modules: RegoBundle['modules'],
  { file, failedAt }: Pick<RegoTest, 'file' | 'failedAt'>,
): string {
  const row = failedAt?.row ?? 0;
  return modules[file]?.split(/\r?\n/)[row - 1]?.trim() ?? '';
}

function documentOf(results: Results, request: TestRequest): Document {
  if (request.format === 'junit') return { kind: 'text', value: { text: junitOf(results) } };
  const value = toAnswer(results);
  if (request.format === 'json') {
    return { kind: 'text', value: { text: `${JSON.stringify(value, null, 2)}\n` } };
  }
  return { kind: 'report', value, text: textOf(results, request) };
}

function toAnswer({ tests, coverage, problems }: Results) {
  return {
    tests: tests.map(toAnsweredTest),
    coverage: { percent: percentOf(coverage), files: coverage },
    problems,
  };
}

function toAnsweredTest(test: ShownTest) {
  const { name, file, at, outcome, failedAt, message, durationMs, source } = test;
  const { cases, prints, values, steps } = test;
  return {
    name,
    file,
    row: at.row,
    outcome,
    duration_ms: durationMs,
    ...(cases.length === 0 ? {} : { cases }),
    ...(failedAt === undefined ? {} : { failed_at: { ...failedAt, text: source, values } }),
    ...(message === undefined ? {} : { message }),
    ...(prints.length === 0 ? {} : { prints }),
    ...(steps.length === 0 ? {} : { trace: steps.map((line) => line.trimEnd()) }),
  };
}

function textOf({ tests, coverage, problems }: Results, request: TestRequest): string {
  const lines = problems.map(problemLine);
  for (const test of tests) lines.push(...linesOf(test, request.passed));
  if (request.coverage === 'shown') {
    for (const { file, missed } of coverage) {
      if (missed.length > 0) lines.push(`not covered: ${file}: ${rangesOf(missed)}\n`);
    }
  }
  const count = (outcome: string) => tests.filter((test) => test.outcome === outcome).length;
  const skipped = count('skipped');
  const sums = [
    `${count('passed')} passed, ${count('failed') + count('errored')} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(coverage.length > 0 ? [`${percentOf(coverage)} % of the policies' lines covered`] : []),
  ];
  return `${lines.join('')}${sums.join(', ')}\n`;
}

/** None for a test that passes and prints nothing, unless all are wanted. */
function linesOf(test: ShownTest, passed: TestRequest['passed']): readonly string[] {
  const { name, file, at, outcome, failedAt, message, source, prints, values, steps } = test;
  const isQuiet = outcome === 'passed' && prints.length === 0;
  if (isQuiet && passed === 'hidden') return [];
  const place = `${file}:${(failedAt ?? at).row}`;
  return [
    `${outcome}: ${name}\n`,
    ...caseLines(test, passed).map((line) => `  ${line}`),
    ...[...prints.map(printedLine), ...steps].map((line) => `  ${line}`),
    ...(outcome === 'failed' ? [`  ${place}: ${source}\n`] : []),
    ...values.map((value) => `    ${valueText(value)}\n`),
    ...(message === undefined ? [] : [`  ${place}: ${message}\n`]),
  ];
}

function caseLines({ cases }: ShownTest, passed: TestRequest['passed']): readonly string[] {
  const shown = cases.filter(({ outcome }) => passed === 'shown' || outcome === 'failed');
  return shown.map(({ name, outcome }) => `${outcome}: ${plainLine(name)}\n`);
}

function verdictOf({ tests, problems, coverage }: Results, request: TestRequest) {
  if (problems.length > 0)
    return `${countOf(problems.length, 'problem')}: these policies were not tested`;
  const failed = tests.filter(({ outcome }) => outcome === 'failed' || outcome === 'errored');
  if (failed.length > 0) return `${countOf(failed.length, 'test')} failed`;
  if (tests.length === 0) return 'no tests found; names of tests begin with test_';
  const percent = percentOf(coverage);
  const { threshold = 0 } = request;
  return percent < threshold
    ? `coverage is ${percent} %, below the threshold of ${threshold} %`
    : undefined;
}

/** Rounded down, so that 100 means all. */
function percentOf(coverage: readonly FileCoverage[]): number {
  return Math.floor(coverageOf(coverage) * 1000) / 10;
}

/** 1-3, 5 */
function rangesOf(rows: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last?.[1] === row - 1) last[1] = row;
    else ranges.push([row, row]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

function junitOf({ tests, problems }: Results): string {
  const files = [...new Set(tests.map(({ file }) => file))];
  const suites = files.map((file) => ({
    name: file,
    cases: tests.filter((test) => test.file === file).map(caseOf),
  }));
  const faults = problems.map((problem) => ({
    name: 'compiles',
    classname: problem.file,
    seconds: 0,
    file: problem.file,
    line: problem.row,
    outcome: { kind: 'error' as const, message: problem.message, text: problemLine(problem) },
  }));
  return writeJunit(faults.length > 0 ? [...suites, { name: 'texts', cases: faults }] : suites);
}

function caseOf(test: ShownTest): JunitCase {
  const { name, file, at, outcome, failedAt, message, durationMs, source, prints, values } = test;
  const parts = name.split('.');
  const base = {
    name: parts.at(-1) ?? name,
    classname: parts.slice(1, -1).join('.'),
    seconds: durationMs / 1000,
    file,
    line: (failedAt ?? at).row,
    ...(prints.length === 0 ? {} : { output: prints.map(printedLine).join('') }),
  };
  const place = `${file}:${base.line}`;
  switch (outcome) {
    case 'passed':
      return base;
    case 'failed':
      return {
        ...base,
        outcome: {
          kind: 'failure',
          message: `${place}: ${source}`,
          text: [
            ...caseLines(test, 'hidden'),
            ...values.map((value) => `${valueText(value)}\n`),
          ].join(''),
        },
      };
    case 'errored':
      return { ...base, outcome: { kind: 'error', message: message ?? place } };
    case 'skipped':
      return { ...base, outcome: { kind: 'skipped', message: 'to be written' } };
  }
}
