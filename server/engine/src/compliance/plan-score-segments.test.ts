import { describe, expect, test } from '@jest/globals';
import type { ScorePoint } from './model/history.ts';
import type { CountedResult } from './plan-compliance-report.ts';
import { planScope, planScoreSegments } from './plan-score-segments.ts';
import { PCI_DSS } from './standards/pci-dss.ts';

function point(day: string, scope: string, catalogue = 'c1'): ScorePoint {
  const score = { score: 50, scoreWithAcceptedRisk: 50, evaluatedRatio: 1, openFailures: 1 };
  return { standard: 'cis', day, scope, catalogue, ...score };
}

test.each([
  ['the same scope is one segment', [point('1', 'a'), point('2', 'a')], ['1 2']],
  ['another scope begins a segment', [point('1', 'a'), point('2', 'b')], ['1', '2']],
  ['another catalogue begins a segment', [point('1', 'a'), point('2', 'a', 'c2')], ['1', '2']],
  [
    'a scope that comes back is not continued',
    [point('1', 'a'), point('2', 'b'), point('3', 'a')],
    ['1', '2', '3'],
  ],
  ['no day, no segment', [], []],
])('%s', (_name, points, expected) => {
  const days = planScoreSegments(points).map((segment) =>
    segment.points.map(({ day }) => day).join(' '),
  );
  expect(days).toEqual(expected);
});

describe('the scope', () => {
  const counted = (
    state: CountedResult['result']['state'],
    { subjectId = 'vm_a', labels = {} } = {},
  ): CountedResult => {
    const about = { kind: 'vm', subjectName: 'a', reason: '', evidence: {} } as const;
    const result = { ...about, checkId: 'NC-INV-006', subjectId, state };
    return { result, labels, isWaived: false };
  };
  const before = planScope(PCI_DSS, [counted('pass')]);

  test('is another one if a label changes the weight', () => {
    const withEnv = (env: string) => planScope(PCI_DSS, [counted('pass', { labels: { env } })]);
    expect(withEnv('dev')).not.toEqual(withEnv('prod'));
  });

  test('is the same for other results', () => {
    expect(planScope(PCI_DSS, [counted('fail')])).toEqual(before);
  });

  test.each([
    ['a label puts a subject out of scope', [counted('not-applicable')]],
    ['a label lowers the data class', [counted('pass', { labels: { 'data-class': 'public' } })]],
    ['a subject was deleted and created again', [counted('pass', { subjectId: 'vm_b' })]],
    ['a subject was moved to another tenant', []],
  ])('changes when %s', (_name, results) => {
    expect(planScope(PCI_DSS, results)).not.toEqual(before);
  });
});
