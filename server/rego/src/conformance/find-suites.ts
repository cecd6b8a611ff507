// Which modules of a directory are compiled together.
//
// All of a folder are, as `opa test FOLDER` has it. Where two files have a test of the same name
// and no fewer pass so, and where more pass so, each folder below it is a suite of its own; in a
// folder without others each file with tests is one, with the policy that it is named after.

import { dirname } from 'node:path/posix';
import type { RegoVersion } from '../syntax/ast.ts';
import { isBelow, readSuiteData, type SuiteFiles, type SuiteModule } from './suite-files.ts';
import { runSuite, type Suite, type SuiteResult } from './suite-results.ts';

/** Options of the search for suites. */
export type SuiteSearch = {
  readonly files: SuiteFiles;
  readonly regoVersion: 'auto' | RegoVersion;
  /** Called after each compilation, with how many there were. */
  readonly onAttempt: (attempts: number) => void;
};

/** Results of the search. */
export type FoundSuites = {
  readonly results: readonly SuiteResult[];
  /** Documents that are no part of `data`. */
  readonly leftOut: readonly string[];
};

/** Runs all suites at and below a directory. */
export function runSuites(search: SuiteSearch): FoundSuites {
  const leftOut = new Set<string>();
  let attempts = 0;
  const run = (suite: Suite): SuiteResult => {
    const result = runSuite(suite);
    attempts += 1;
    search.onAttempt(attempts);
    return result;
  };
  const visit = (folder: string): readonly SuiteResult[] => {
    const { suite, leftOut: left } = suiteOf(search, folder);
    for (const path of left) leftOut.add(path);
    if (suite.modules.length === 0) return [];
    const parts = partsOf(search, suite, folder);
    const whole = [run(suite)];
    const canSplit = parts.length > 1 || typeof parts[0] === 'string';
    const areTwins = hasTwins(suite.modules);
    const loss = shortfall(whole);
    if (!canSplit || (loss === 0 && !areTwins)) return whole;
    const split = parts.flatMap((part) => (typeof part === 'string' ? visit(part) : [run(part)]));
    const splitLoss = shortfall(split);
    return loss < splitLoss || (loss === splitLoss && !areTwins) ? whole : split;
  };
  return { results: visit('.'), leftOut: [...leftOut].sort() };
}

/** Counts the files and tests that fail. */
function shortfall(results: readonly SuiteResult[]): number {
  const files = results.flatMap((result) => result.files);
  const tests = results.flatMap((result) => result.tests);
  return (
    files.filter(({ outcome }) => outcome !== 'compiled').length +
    tests.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped').length
  );
}

function suiteOf({ files, regoVersion }: SuiteSearch, folder: string) {
  const modules = files.modules.filter(({ path }) => isBelow(path, folder));
  const { value, leftOut } = readSuiteData(files, folder);
  const borrowed = borrow(files, modules);
  const suite: Suite = { name: folder, modules, borrowed, data: value, regoVersion };
  return { suite, leftOut };
}

/** Whether a test is defined in two files. */
function hasTwins(modules: readonly SuiteModule[]): boolean {
  const names = modules.flatMap(({ tests }) => tests);
  return new Set(names).size < names.length;
}

/** The folders below, or suites of the files that are directly in the folder. */
function partsOf(search: SuiteSearch, suite: Suite, folder: string): readonly (string | Suite)[] {
  const depth = folder === '.' ? 0 : folder.split('/').length;
  const below = new Set(
    suite.modules
      .filter((module) => module.folder !== folder)
      .map((module) =>
        module.folder
          .split('/')
          .slice(0, depth + 1)
          .join('/'),
      ),
  );
  const direct = suite.modules.filter((module) => module.folder === folder);
  if (below.size === 0) return splitFiles(search, { ...suite, modules: direct });
  const own = { ...suite, name: `${folder}/*`, modules: direct };
  const lone = direct.length > 0 ? [{ ...own, borrowed: borrow(search.files, direct) }] : [];
  return [...below, ...lone];
}

function splitFiles({ files }: SuiteSearch, suite: Suite): readonly Suite[] {
  const policies = new Map(suite.modules.map((module) => [module.path, module]));
  const groups = suite.modules
    .filter(({ tests }) => tests.length > 0)
    .map((test) => {
      const policy = policies.get(test.path.replace(/_test\.rego$/, '.rego'));
      policies.delete(test.path);
      return policy === undefined || policy === test ? [test] : [policy, test];
    });
  for (const [policy] of groups) if (policy) policies.delete(policy.path);
  return [...groups, ...[...policies.values()].map((module) => [module])].map((modules) => ({
    ...suite,
    name: modules[0]?.path ?? suite.name,
    modules,
    borrowed: borrow(files, modules),
  }));
}

/** The modules without tests that others refer to and do not have: the nearest of each package. */
function borrow(
  { modules: all }: SuiteFiles,
  modules: readonly SuiteModule[],
): readonly SuiteModule[] {
  const taken = new Map(modules.map((module) => [module.path, module]));
  const queue = [...modules];
  for (let module = queue.pop(); module; module = queue.pop()) {
    for (const mention of new Set([...module.mentions, module.home])) {
      const isMeant = ({ home }: SuiteModule) =>
        home !== '' && (mention === home || mention.startsWith(`${home}.`));
      if ([...taken.values()].some((each) => each.tests.length === 0 && isMeant(each))) continue;
      const near = nearest(
        module,
        all.filter((each) => each.tests.length === 0 && isMeant(each)),
      );
      for (const each of near) {
        taken.set(each.path, each);
        queue.push(each);
      }
    }
  }
  return [...taken.values()].filter((module) => !modules.includes(module));
}

function nearest(
  { folder }: SuiteModule,
  candidates: readonly SuiteModule[],
): readonly SuiteModule[] {
  for (let place = folder; ; place = dirname(place)) {
    const near = candidates.filter(({ path }) => isBelow(path, place));
    if (near.length > 0 || place === '.') return near;
  }
}
