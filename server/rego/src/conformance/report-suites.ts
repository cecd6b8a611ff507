// Runs all suites of a directory, prints what became of them, and holds the sums against floors.

import type { RegoVersion } from '../syntax/ast.ts';
import { runSuites } from './find-suites.ts';
import { exclusionOf, type Recorded, readRecorded } from './recorded-results.ts';
import { readSuiteFiles } from './suite-files.ts';
import type { FileResult, SuiteResult, SuiteTest } from './suite-results.ts';

/** Minimum results of suites. Unit: percent. */
export type SuitesFloor = {
  /** Share of the files that are not excluded. */
  readonly compiled: number;
  /** Share of the tests that are not excluded. */
  readonly passed: number;
  /** Most files, and most tests, that may be excluded. */
  readonly excludedMax: number;
};

/** The floor where no other is given. */
export const SUITES_FLOOR: SuitesFloor = { compiled: 99.5, passed: 99, excludedMax: 1 };

/** Suites to run. */
export type SuitesRequest = {
  readonly folder: string;
  readonly regoVersion: 'auto' | RegoVersion;
  readonly floor: SuitesFloor;
  /** Called with what was done so far. */
  readonly onProgress: (text: string) => void;
};

type Sum = { met: number; counted: number; excluded: number };
type Sums = { readonly files: Sum; readonly tests: Sum };
type Line = { readonly met: boolean; readonly excluded: boolean; readonly text: string };

/** Runs them and prints a line for each, with what fails and what is excluded below it. */
export function reportSuites(request: SuitesRequest, write: (text: string) => void): boolean {
  const files = readSuiteFiles(request.folder, request.regoVersion);
  const recorded = readRecorded(files);
  const newSum = (): Sum => ({ met: 0, counted: 0, excluded: 0 });
  const sums: Sums = { files: newSum(), tests: newSum() };
  const { results, leftOut } = runSuites({
    files,
    regoVersion: request.regoVersion,
    onAttempt: (attempts) => request.onProgress(`${attempts} compilations`),
  });
  for (const result of results) {
    const fileLines = result.files.map((file) => judgeFile(file, recorded));
    const testLines = result.tests
      .filter(({ outcome }) => outcome !== 'skipped')
      .map((test) => judgeTest(test, recorded));
    const own = { files: newSum(), tests: newSum() };
    for (const line of fileLines) for (const sum of [own.files, sums.files]) add(sum, line);
    for (const line of testLines) for (const sum of [own.tests, sums.tests]) add(sum, line);
    write(`${summary(result, own)}\n`);
    for (const { text } of [...fileLines, ...testLines]) write(text);
  }
  if (leftOut.length > 0) {
    write(`documents left out, of which some are templates: ${leftOut.length}\n`);
  }
  write(`${results.length} suites: files ${describe(sums.files, 'compile')}; `);
  write(`tests ${describe(sums.tests, 'pass')}\n`);
  return isEnough(sums, request.floor, write);
}

function judgeFile(file: FileResult, recorded: Recorded): Line {
  const { path, outcome } = file;
  const reason = exclusionOf(recorded, { path }) ?? file.reason;
  const excluded = outcome === 'excluded' || exclusionOf(recorded, { path }) !== undefined;
  if (excluded) return { met: false, excluded, text: `  excluded ${path}: ${reason}\n` };
  const met = outcome === 'compiled';
  return { met, excluded, text: met ? '' : `  does not compile: ${path}:${reason}\n` };
}

function judgeTest(test: SuiteTest, recorded: Recorded): Line {
  const { name, path, outcome, reason } = test;
  const cause = exclusionOf(recorded, { name, path });
  const excluded = outcome === 'excluded' || cause !== undefined;
  if (excluded) return { met: false, excluded, text: `  excluded ${name}: ${cause ?? reason}\n` };
  const isFailing = recorded.failing.has(name);
  const met = outcome !== 'not-run' && isFailing === (outcome !== 'passed');
  const expected = isFailing ? 'recorded as failing' : '';
  const why = [reason, expected].filter(Boolean).join(', ');
  return { met, excluded, text: met ? '' : `  ${outcome}: ${name} (${path}): ${why}\n` };
}

function add(sum: Sum, { met, excluded }: Line): void {
  if (excluded) sum.excluded += 1;
  else sum.counted += 1;
  if (met) sum.met += 1;
}

function summary({ name }: SuiteResult, { files, tests }: Sums): string {
  const excluded = files.excluded + tests.excluded;
  const note = excluded === 0 ? '' : `, excluded ${files.excluded} and ${tests.excluded}`;
  return `${name}: files ${files.met}/${files.counted}, tests ${tests.met}/${tests.counted}${note}`;
}

function describe(sum: Sum, verb: string): string {
  const { met, counted, excluded } = sum;
  return (
    `${met}/${counted} ${verb} (${percentText(metPercent(sum))} %), ` +
    `${excluded} excluded (${percentText(excludedPercent(sum))} %)`
  );
}

/** 100 where there is nothing. */
function metPercent({ met, counted }: Sum): number {
  return counted === 0 ? 100 : (met / counted) * 100;
}

function excludedPercent({ counted, excluded }: Sum): number {
  return excluded === 0 ? 0 : (excluded / (counted + excluded)) * 100;
}

/** Rounded down, so that 100 means all. */
function percentText(percent: number): string {
  return (Math.floor(percent * 100) / 100).toFixed(2);
}

function isEnough({ files, tests }: Sums, floor: SuitesFloor, write: (text: string) => void) {
  const shares = [
    { what: 'of the files compile', percent: metPercent(files), least: floor.compiled },
    { what: 'of the tests pass', percent: metPercent(tests), least: floor.passed },
  ];
  const short = shares.filter(({ percent, least }) => percent < least);
  for (const { what, percent, least } of short) {
    write(`${percentText(percent)} % ${what}, the floor is ${least} %.\n`);
  }
  const excluded = Math.max(excludedPercent(files), excludedPercent(tests));
  const tooMany = excluded > floor.excludedMax;
  if (tooMany) {
    write(`${percentText(excluded)} % are excluded, at most ${floor.excludedMax} % may be.\n`);
  }
  return short.length === 0 && !tooMany;
}
