/** Findings of the linter as SARIF 2.1.0 (OASIS) and as JUnit's XML. */
import type { LintFinding, LintReport } from '@novacron/rego/lint-rego';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import type { Log, Result } from 'sarif';
import { sarifLog, sarifPlaces } from '../../../output/reports/sarif-log.ts';
import { type JunitCase, writeJunit } from '../../../output/reports/write-junit.ts';
import { problemLine } from '../files/problem-line.ts';

/** The rule that stands for texts that do not parse. */
const PARSES = 'parses';

/** The log of one run. */
export function writeLintSarif({ findings, problems }: LintReport, version: string): Log {
  const byRule = new Map(findings.map((finding) => [finding.rule, finding]));
  const rules = [...byRule.values()].map(({ rule, category, docs }) => ({
    id: rule,
    shortDescription: { text: `${category}/${rule}` },
    help: { text: `See ${docs}.` },
  }));
  if (problems.length > 0) {
    rules.push({
      id: PARSES,
      shortDescription: { text: 'Texts that do not parse' },
      help: { text: 'Run novacron policy check.' },
    });
  }
  const ids = rules.map(({ id }) => id);
  const results = [
    ...problems.map((problem) => resultOf({ ...problem, rule: PARSES, level: 'error' }, ids)),
    ...findings.map((finding) => resultOf(finding, ids)),
  ];
  return sarifLog({ name: 'novacron policy lint', version, rules }, results);
}

type Placed = Pick<LintFinding, 'rule' | 'level' | 'message' | 'file' | 'row' | 'column'>;

function resultOf({ rule, level, message, ...place }: Placed, ids: readonly string[]): Result {
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level,
    message: { text: message },
    locations: sarifPlaces(place),
  };
}

/** A suite for each file with findings; warnings are shown and do not fail. */
export function writeLintJunit({ findings, problems }: LintReport): string {
  const files = [...new Set([...problems, ...findings].map(({ file }) => file))];
  const suites = files.map((file) => ({
    name: file,
    cases: [
      ...problems.filter((problem) => problem.file === file).map(problemCase),
      ...findings.filter((finding) => finding.file === file).map(findingCase),
    ],
  }));
  const clean = { name: 'novacron policy lint', cases: [{ ...BASE, name: 'no findings' }] };
  return writeJunit(suites.length === 0 ? [clean] : suites);
}

const BASE = { classname: 'lint', seconds: 0 };

function findingCase({ rule, level, message, file, row, docs }: LintFinding): JunitCase {
  const kind = level === 'error' ? 'failure' : 'skipped';
  const outcome = { kind, message, text: `See ${docs}.` } as const;
  return { ...BASE, name: rule, file, line: row, outcome };
}

function problemCase(problem: RegoProblem): JunitCase {
  const { file, row, message } = problem;
  const outcome = { kind: 'error', message, text: problemLine(problem) } as const;
  return { ...BASE, name: PARSES, file, line: row, outcome };
}
