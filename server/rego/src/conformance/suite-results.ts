// One suite: modules that are compiled together, and their tests.

import { BUILTINS } from '../builtins/declarations/builtin-table.ts';
import { REFUSED_BUILTINS } from '../builtins/declarations/refused-builtins.ts';
import type { RegoVersion } from '../syntax/ast.ts';
import type { RegoProblem } from '../syntax/rego-problem.ts';
import { type RegoTest, testRego } from '../test-rego.ts';
import type { SuiteModule } from './suite-files.ts';

/** Modules that are compiled together. */
export type Suite = {
  readonly name: string;
  readonly modules: readonly SuiteModule[];
  /** Modules of other folders that these refer to; they are not counted here. */
  readonly borrowed: readonly SuiteModule[];
  readonly data: Readonly<Record<string, unknown>>;
  readonly regoVersion: 'auto' | RegoVersion;
};

/** Result of a suite. */
export type SuiteResult = {
  readonly name: string;
  readonly files: readonly FileResult[];
  readonly tests: readonly SuiteTest[];
};

/** Whether a file compiles. `excluded`: it calls what OPA does not have. */
export type FileResult = {
  readonly path: string;
  readonly outcome: 'compiled' | 'failed' | 'excluded';
  /** Location and reason of the failure, unless it compiles. */
  readonly reason: string;
};

/**
 * Result of a test. `excluded`: its file is, or it needs a refused feature. `not-run`: its suite
 * does not compile.
 */
export type SuiteTest = {
  readonly name: string;
  readonly path: string;
  readonly outcome: 'passed' | 'failed' | 'errored' | 'skipped' | 'excluded' | 'not-run';
  readonly reason: string;
};

// What some module replaces compiles, and stops an evaluation where it is called all the same.
const REFUSALS = [
  'package novacron.refused',
  'import rego.v1',
  ...[...REFUSED_BUILTINS.keys()].map((name) => `replaced if true with ${name} as {}`),
].join('\n');

/** Suites are run on busy machines, too: this ends what never ends. Unit: ms. */
const TEST_MS_MAX = 60_000;

type Verdicts = Map<string, FileResult>;

/**
 * Compiles a suite without the files that are excluded, and runs its tests.
 *
 * A call of a builtin that OPA does not have either excludes its file, and with it files that call
 * functions of that one. A test that comes to a builtin that is refused by design is excluded.
 */
export function runSuite(suite: Suite): SuiteResult {
  const verdicts: Verdicts = new Map();
  for (;;) {
    const kept = [...suite.modules, ...suite.borrowed].filter(({ path }) => !verdicts.has(path));
    const report = testRego({
      modules: {
        ...Object.fromEntries(kept.map(({ path, text }) => [path, text])),
        'refused.rego': REFUSALS,
      },
      data: suite.data,
      regoVersion: suite.regoVersion,
      traces: 'none',
      timeoutMs: TEST_MS_MAX,
    });
    if (report.ok) {
      return resultOf(suite, verdicts, report.value.tests.map(toSuiteTest));
    }
    if (!exclude(suite, report.error, verdicts)) {
      for (const problem of report.error) {
        verdicts.set(problem.file, verdictOf(problem, 'failed'));
      }
      return resultOf(suite, verdicts, []);
    }
  }
}

function toSuiteTest({ name, file, outcome, message, failedAt }: RegoTest): SuiteTest {
  const isRefused = message?.includes(' is refused: ') === true;
  const reason = message ?? (failedAt === undefined ? '' : `row ${failedAt.row} does not hold`);
  return { name, path: file, outcome: isRefused ? 'excluded' : outcome, reason };
}

/** Whether a file was excluded for one of the problems. */
function exclude(suite: Suite, problems: readonly RegoProblem[], verdicts: Verdicts): boolean {
  const excluded = new Set(
    [...suite.modules, ...suite.borrowed]
      .filter(({ path }) => verdicts.has(path))
      .map(({ home }) => home),
  );
  const before = verdicts.size;
  for (const problem of problems) {
    const isForeign = problem.code === 'unknown-builtin' && !isOfOpa(problem.message);
    const isOrphan =
      problem.code === 'unknown-function' &&
      [...excluded].some((home) => problem.message.includes(` data.${home}.`));
    if (isForeign || isOrphan) verdicts.set(problem.file, verdictOf(problem, 'excluded'));
  }
  return verdicts.size > before;
}

/** Whether a builtin has the first name of a family of OPA's, so that ours may be missing. */
function isOfOpa(message: string): boolean {
  const [, family] = / builtin (\w+)\.\w/.exec(message) ?? [];
  return [...BUILTINS.keys()].some((name) => name.startsWith(`${family}.`));
}

function verdictOf(problem: RegoProblem, outcome: 'failed' | 'excluded'): FileResult {
  const { file, row, column, message } = problem;
  return { path: file, outcome, reason: `${row}:${column} ${message}` };
}

function resultOf(suite: Suite, verdicts: Verdicts, tests: readonly SuiteTest[]): SuiteResult {
  const files = suite.modules.map(
    ({ path }): FileResult => verdicts.get(path) ?? { path, outcome: 'compiled', reason: '' },
  );
  const own = new Set(suite.modules.map(({ path }) => path));
  const ran = new Set(tests.map(({ name }) => name));
  const left = suite.modules.flatMap(({ path, tests: names }) =>
    names
      .filter((name) => !ran.has(name))
      .map((name): SuiteTest => {
        const isExcluded = verdicts.get(path)?.outcome === 'excluded';
        const reason = verdicts.get(path)?.reason ?? 'its suite does not compile';
        return { name, path, outcome: isExcluded ? 'excluded' : 'not-run', reason };
      }),
  );
  return {
    name: suite.name,
    files,
    tests: [...tests.filter(({ path }) => own.has(path)), ...left],
  };
}
