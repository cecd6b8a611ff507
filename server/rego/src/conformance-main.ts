// Runs a folder of conformance cases and prints how many are met:
//
//   node dist/conformance-main.js CASES_DIR [--at-least N] [--floor FILE] [--failures CATEGORY]
//
// A floor file says how many cases of each version must be met: {"v0": N, "v1": N}.
//
// A folder holds one JSON file a category: {"cases": [{note, modules, query, data?, input?,
// input_term?, want_result? | want_error_code? | want_error?, strict_error?, sort_bindings?}]}.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type ConformanceCase, checkCase, expectationOf } from './conformance-case.ts';

type Tally = { passed: number; total: number };
type Options = {
  readonly folder: string;
  readonly atLeast: number;
  readonly floor: Readonly<Record<string, number>>;
  readonly failures: string | undefined;
};

function readOptions(args: readonly string[]): Options {
  const flagValue = (flag: string) => {
    const index = args.indexOf(flag);
    return index < 0 ? undefined : args[index + 1];
  };
  const [folder = '.'] = args;
  const floor = flagValue('--floor');
  return {
    folder,
    atLeast: Number(flagValue('--at-least') ?? 0),
    floor: floor === undefined ? {} : JSON.parse(readFileSync(floor, 'utf8')),
    failures: flagValue('--failures'),
  };
}

function caseFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return caseFiles(path);
      return name.endsWith('.json') ? [path] : [];
    });
}

function tally(tallies: Map<string, Tally>, key: string, isPassed: boolean): void {
  const entry = tallies.get(key) ?? { passed: 0, total: 0 };
  entry.total += 1;
  if (isPassed) entry.passed += 1;
  tallies.set(key, entry);
}

function main(args: readonly string[]): number {
  const options = readOptions(args);
  const totals = new Map<string, Tally>();
  for (const path of caseFiles(resolve(options.folder))) {
    // A broken file of OPA's own cases ends this program, which only its developers start.
    const { cases }: { cases: ConformanceCase[] } = JSON.parse(readFileSync(path, 'utf8'));
    const version = basename(dirname(path)) === 'v0' ? 'v0' : 'v1';
    const own = new Map<string, Tally>();
    for (const each of cases) {
      const outcome = checkCase(each, version);
      const isPassed = outcome === 'passed';
      for (const key of ['total', expectationOf(each)]) tally(own, key, isPassed);
      for (const key of ['total', expectationOf(each), version]) tally(totals, key, isPassed);
      const wanted = options.failures;
      if (!isPassed && wanted !== undefined && (wanted === 'all' || path.includes(wanted))) {
        process.stdout.write(`  ${version} ${each.note}\n    ${outcome}\n`);
      }
    }
    process.stdout.write(`${version} ${basename(path, '.json')} ${describe(own)}\n`);
  }
  process.stdout.write(`${describe(totals)}\n`);
  let isEnough = (totals.get('total')?.passed ?? 0) >= options.atLeast;
  for (const [version, least] of Object.entries(options.floor)) {
    const passed = totals.get(version)?.passed ?? 0;
    if (passed >= least) continue;
    isEnough = false;
    const advice = 'Run again with --failures all to see which cases are no longer met.';
    process.stderr.write(`${version}: ${passed} cases are met, the floor is ${least}. ${advice}\n`);
  }
  return isEnough ? 0 : 1;
}

function describe(tallies: ReadonlyMap<string, Tally>): string {
  return [...tallies].map(([key, { passed, total }]) => `${key} ${passed}/${total}`).join(', ');
}

process.exitCode = main(process.argv.slice(2));
