import { expect, test } from '@jest/globals';
import type { ResultInterval } from './model/history.ts';
import { planComplianceDiff } from './plan-compliance-diff.ts';

function result(
  state: ResultInterval['state'],
  fromMs: number,
  untilMs: number | null,
): ResultInterval {
  const subject = { subjectKind: 'vm', subjectId: 'vm_a', subjectName: 'a' };
  return { checkId: 'NC-NET-001', ...subject, state, fromMs, untilMs };
}

test.each([
  ['a new failure is worse', [result('pass', 0, 5), result('fail', 5, null)], 'worse'],
  ['a lost verdict is worse', [result('pass', 0, 5), result('error', 5, null)], 'worse'],
  [
    'a lost verdict about a failure is worse',
    [result('fail', 0, 5), result('not-evaluated', 5, null)],
    'worse',
  ],
  [
    'a failure without a verdict before is newly known',
    [result('not-evaluated', 0, 5), result('fail', 5, null)],
    'newlyKnown',
  ],
  [
    'a pass without a verdict before is newly known',
    [result('error', 0, 5), result('pass', 5, null)],
    'newlyKnown',
  ],
  ['a new subject that fails is worse', [result('fail', 5, null)], 'worse'],
  ['a fix is better', [result('fail', 0, 5), result('pass', 5, null)], 'better'],
  ['a deletion is neither', [result('fail', 0, 5), result('gone', 5, 5)], 'neither'],
  ['a new subject that passes is neither', [result('pass', 5, null)], 'neither'],
  [
    'what ended in between is neither',
    [result('pass', 0, 4), result('fail', 4, 6), result('pass', 6, null)],
    'neither',
  ],
])('%s', (_name, intervals, expected) => {
  const diff = planComplianceDiff(intervals, { fromMs: 3, toMs: 8 });
  const found = Object.entries(diff).flatMap(([name, changes]) => (changes.length > 0 ? name : []));
  expect(found.join() || 'neither').toBe(expected);
});
