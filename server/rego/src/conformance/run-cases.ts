// Runs the cases of OPA's own test suite: JSON files, one a category.
//
// {"cases": [{note, modules, query, data?, input?, input_term?, want_result? | want_error_code? |
// want_error?, strict_error?, sort_bindings?}]}

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ConformanceCase, checkCase, expectationOf } from './conformance-case.ts';

/** Cases to run, and the number that must pass. */
export type CasesRequest = {
  readonly folder: string;
  /** Number of cases that must pass, over all versions. */
  readonly atLeast: number;
  /** Number of cases of each version that must pass: `v0`, `v1`. */
  readonly floor: Readonly<Record<string, number>>;
  /** Shows the cases that are not met of files whose path has this; `all`: of all files. */
  readonly failures: string | undefined;
};

type Tally = { passed: number; total: number };
type Write = (text: string) => void;

/** The paths of the files with cases below a folder, in order. */
export function findCaseFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return findCaseFiles(path);
      return name.endsWith('.json') ? [path] : [];
    });
}

/** Runs them and prints a line for each file. Returns whether enough are met. */
export function runCases(request: CasesRequest, write: Write): boolean {
  const totals = new Map<string, Tally>();
  for (const path of findCaseFiles(request.folder)) {
    // A broken file of OPA's own cases ends this program, which only its developers start.
    const { cases }: { cases: ConformanceCase[] } = JSON.parse(readFileSync(path, 'utf8'));
    const version = basename(dirname(path)) === 'v0' ? 'v0' : 'v1';
    const own = new Map<string, Tally>();
    for (const each of cases) {
      const outcome = checkCase(each, version);
      const isPassed = outcome === 'passed';
      for (const key of ['total', expectationOf(each)]) tally(own, key, isPassed);
      for (const key of ['total', expectationOf(each), version]) tally(totals, key, isPassed);
      const wanted = request.failures;
      if (!isPassed && wanted !== undefined && (wanted === 'all' || path.includes(wanted))) {
        write(`  ${version} ${each.note}\n    ${outcome}\n`);
      }
    }
    write(`${version} ${basename(path, '.json')} ${describe(own)}\n`);
  }
  write(`${describe(totals)}\n`);
  return isEnough(totals, request, write);
}

function isEnough(
  totals: ReadonlyMap<string, Tally>,
  { atLeast, floor }: CasesRequest,
  write: Write,
): boolean {
  let enough = (totals.get('total')?.passed ?? 0) >= atLeast;
  for (const [version, least] of Object.entries(floor)) {
    const passed = totals.get(version)?.passed ?? 0;
    if (passed >= least) continue;
    enough = false;
    const advice = 'Run again with --failures all to see which cases are no longer met.';
    write(`${version}: ${passed} cases are met, the floor is ${least}. ${advice}\n`);
  }
  return enough;
}

function tally(tallies: Map<string, Tally>, key: string, isPassed: boolean): void {
  const entry = tallies.get(key) ?? { passed: 0, total: 0 };
  entry.total += 1;
  if (isPassed) entry.passed += 1;
  tallies.set(key, entry);
}

function describe(tallies: ReadonlyMap<string, Tally>): string {
  return [...tallies].map(([key, { passed, total }]) => `${key} ${passed}/${total}`).join(', ');
}
