// Runs conformance cases, or suites of policies, and prints how many are met:
//
//   node dist/conformance/conformance-main.js DIR [--at-least N] [--floor FILE] [--failures PART]
//     [--rego-version v0|v1]
//
// A directory with Rego files is one of suites (see find-suites.ts); otherwise its JSON files are
// OPA's own cases (see run-cases.ts). A floor file says how much must be met: of cases
// {"v0": N, "v1": N}, of suites {"compiled": 99.5, "passed": 99, "excludedMax": 1} in percent.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reportSuites, SUITES_FLOOR, type SuitesRequest } from './report-suites.ts';
import { findCaseFiles, runCases } from './run-cases.ts';
import { hasModules } from './suite-files.ts';

function main(args: readonly string[]): number {
  const flagValue = (flag: string) => {
    const index = args.indexOf(flag);
    return index < 0 ? undefined : args[index + 1];
  };
  const write = (text: string) => void process.stdout.write(text);
  const folder = resolve(args[0] ?? '.');
  const floorFile = flagValue('--floor');
  const floor = floorFile === undefined ? {} : JSON.parse(readFileSync(floorFile, 'utf8'));
  if (!existsSync(folder)) return fail(`There is no directory ${folder}.`);
  if (hasModules(folder)) {
    const onProgress = (text: string) => void process.stderr.write(`\r${text} `);
    const version = flagValue('--rego-version');
    const regoVersion: SuitesRequest['regoVersion'] =
      version === 'v0' || version === 'v1' ? version : 'auto';
    const request = { folder, regoVersion, floor: { ...SUITES_FLOOR, ...floor }, onProgress };
    return reportSuites(request, write) ? 0 : 1;
  }
  if (findCaseFiles(folder).length === 0) {
    return fail(`${folder} has neither Rego files nor JSON files with cases.`);
  }
  const atLeast = Number(flagValue('--at-least') ?? 0);
  return runCases({ folder, atLeast, floor, failures: flagValue('--failures') }, write) ? 0 : 1;
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 1;
}

process.exitCode = main(process.argv.slice(2));
