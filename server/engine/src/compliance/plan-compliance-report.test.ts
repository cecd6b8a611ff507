import { describe, expect, test } from '@jest/globals';
import { explainOwnStandards } from './explain-check.ts';
import type { CheckResult } from './model/check.ts';
import type { Labels } from './model/facts.ts';
import {
  type CountedResult,
  planComplianceReport,
  planInheritedTallies,
  planTallies,
} from './plan-compliance-report.ts';
import { PCI_DSS } from './standards/pci-dss.ts';

function counted(
  checkId: string,
  state: CheckResult['state'],
  { labels = {}, isWaived = false }: { readonly labels?: Labels; readonly isWaived?: boolean } = {},
) {
  const about = {
    kind: 'vm',
    subjectId: 'vm_a',
    subjectName: 'a',
    reason: '',
    evidence: {},
  } as const;
  return { result: { ...about, checkId, state }, labels, isWaived };
}

function reportOf(added: readonly CountedResult[]) {
  return planComplianceReport(PCI_DSS, planTallies(new Map(), { added }));
}

describe('the score', () => {
  test('weighs checks by severity, not by their number of subjects', () => {
    const many = Array.from({ length: 1_000 }, () => counted('NC-INV-003', 'pass'));
    const { score } = reportOf([...many, counted('NC-NET-001', 'fail')]);
    expect(score).toBe(9.1);
  });

  test('weighs subjects by the class of their data', () => {
    const score = (labels: Labels) =>
      reportOf([
        counted('NC-INV-006', 'pass', { labels: { 'data-class': 'public' } }),
        counted('NC-INV-006', 'fail', { labels }),
      ]).score;
    expect(score({ 'data-class': 'confidential' })).toBe(33.3);
    expect(score({ 'data-class': 'pci' })).toBe(25);
    expect(score({ env: 'dev' })).toBe(50);
    // Removing the labels raises no score.
    expect(score({})).toBe(25);
  });

  test('follows a subject that is judged again, and one that is gone', () => {
    const [good, bad] = [counted('NC-INV-006', 'pass'), counted('NC-INV-006', 'fail')];
    const first = planTallies(new Map(), { added: [good, bad] });
    const mended = planTallies(first, { added: [good], removed: [bad] });
    expect(mended).toEqual(planTallies(new Map(), { added: [good, good] }));
    const gone = planTallies(mended, { added: [], removed: [good, good] });
    expect(planComplianceReport(PCI_DSS, gone)).toMatchObject({ score: null });
  });

  test('counts what the platform answers for as one subject, without its numbers', () => {
    const platform = planTallies(new Map(), {
      added: [
        counted('NC-NOD-001', 'pass'),
        counted('NC-NOD-001', 'fail'),
        counted('NC-LOG-009', 'pass'),
        counted('NC-LOG-009', 'pass'),
        counted('NC-SRV-005', 'not-evaluated'),
        counted('NC-NET-001', 'fail'),
      ],
    });
    const inherited = planInheritedTallies(platform);
    expect([...inherited.keys()].toSorted()).toEqual(['NC-LOG-009', 'NC-NOD-001', 'NC-SRV-005']);
    expect(inherited.get('NC-NOD-001')).toMatchObject({ passed: 0, failed: 1 });
    expect(inherited.get('NC-LOG-009')).toMatchObject({ passed: 1, weight: 1 });
    expect(inherited.get('NC-SRV-005')).toMatchObject({ unknown: 1, weight: 1 });
  });

  test('counts what has no verdict as not passed, and what does not apply not at all', () => {
    const report = reportOf([
      counted('NC-INV-006', 'pass'),
      counted('NC-INV-006', 'not-evaluated'),
      counted('NC-INV-006', 'error'),
      counted('NC-INV-006', 'not-applicable'),
    ]);
    expect(report).toMatchObject({ score: 33.3, evaluatedRatio: 1 / 3 });
  });

  test('is limited by a critical failure', () => {
    const passed = Array.from({ length: 99 }, () => counted('NC-NET-001', 'pass'));
    const report = reportOf([...passed, counted('NC-NET-001', 'fail')]);
    expect(report).toMatchObject({ score: 79, cappedBy: ['NC-NET-001'] });
  });

  test('stays limited while a critical failure is waived; only accepted risk is not', () => {
    const passed = Array.from({ length: 9 }, () => counted('NC-NET-001', 'pass'));
    const report = reportOf([...passed, counted('NC-NET-001', 'fail', { isWaived: true })]);
    expect(report).toMatchObject({ score: 79, scoreWithAcceptedRisk: 100 });
  });

  test('shows accepted risk as a second figure', () => {
    const report = reportOf([counted('NC-INV-006', 'fail', { isWaived: true })]);
    expect(report).toMatchObject({ score: 0, scoreWithAcceptedRisk: 100, failures: { high: 0 } });
  });

  test('is absent without subjects', () => {
    expect(reportOf([])).toMatchObject({ score: null, evaluatedRatio: null });
  });
});

describe('requirements', () => {
  const stateOf = (results: readonly CountedResult[], id: string) => {
    const requirement = reportOf(results).requirements.find((each) => each.id === id);
    return `${requirement?.assessable} ${requirement?.state}`;
  };

  test.each([
    [[counted('NC-INV-006', 'fail')], 'evidence-only gap'],
    [[counted('NC-INV-006', 'fail', { isWaived: true })], 'evidence-only gap'],
    [[counted('NC-INV-006', 'pass')], 'evidence-only partly-evidenced'],
    [[counted('NC-INV-006', 'not-evaluated')], 'evidence-only unknown'],
    [[counted('NC-INV-006', 'not-applicable')], 'evidence-only not-applicable'],
  ])('follow the results of their checks (case %#)', (results, expected) => {
    const id = reportOf([]).requirements.find(({ checks }) => checks.includes('NC-INV-006'))?.id;
    expect(stateOf(results, id ?? '')).toBe(expected);
  });

  test('without any check of this release have no facts, and some no program can judge', () => {
    const states = new Set(
      reportOf([]).requirements.map((each) => `${each.assessable} ${each.state}`),
    );
    expect(states).toContain('no-facts no-facts');
    expect(states).toContain('not-assessable not-assessable');
  });
});

describe('a standard of policies', () => {
  const policy = (id: string, severity: 'critical' | 'low', requirements: string[]) => {
    const check = { standard: 'house-rules', severity, requirements };
    return { id, name: `Policy ${id}`, version: 1, check };
  };
  const standards = explainOwnStandards([
    policy('pol_a', 'critical', ['10', '2']),
    policy('pol_b', 'low', ['2']),
  ]);

  test('has their requirements in the order of their numbers, each decided by its policies', () => {
    expect(standards).toMatchObject([
      {
        id: 'house-rules',
        requirements: [
          { id: '2', checks: ['pol_a', 'pol_b'] },
          { id: '10', checks: ['pol_a'] },
        ],
      },
    ]);
    const [standard] = standards;
    const added = [counted('pol_a', 'pass'), counted('pol_b', 'fail')];
    const report = standard && planComplianceReport(standard, planTallies(new Map(), { added }));
    expect(report).toMatchObject({
      score: 90.9,
      failures: { critical: 0, low: 1 },
      requirements: [
        { id: '2', assessable: 'settled', state: 'gap' },
        { id: '10', assessable: 'settled', state: 'evidenced' },
      ],
    });
  });
});
