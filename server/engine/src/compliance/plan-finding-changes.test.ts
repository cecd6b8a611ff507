import { expect, test } from '@jest/globals';
import type { CheckResult } from './model/check.ts';
import { type KnownFinding, planFindingChanges } from './plan-finding-changes.ts';

const KNOWN: KnownFinding = {
  id: 'cfnd_a',
  checkId: 'NC-NET-001',
  subjectId: 'vm_a',
  subjectName: 'a',
  state: 'open',
  reason: 'open',
  waiverId: null,
};

const WAIVED: KnownFinding = { ...KNOWN, state: 'waived', waiverId: 'pwv_a' };

function result(state: CheckResult['state'], reason = 'open'): CheckResult {
  const about = { kind: 'vm', subjectId: 'vm_a', subjectName: 'a', evidence: {} } as const;
  return { ...about, checkId: 'NC-NET-001', state, reason };
}

test.each([
  ['a new failure opens', [], [result('fail')], ['opens']],
  ['the same failure changes nothing', [KNOWN], [result('fail')], []],
  ['another reason changes it', [KNOWN], [result('fail', 'wider')], ['changes']],
  ['a renamed subject changes it', [{ ...KNOWN, subjectName: 'b' }], [result('fail')], ['changes']],
  ['a pass resolves it', [KNOWN], [result('pass')], ['resolves']],
  ['what does not apply any more resolves it', [KNOWN], [result('not-applicable')], ['resolves']],
  ['a deleted subject resolves it', [KNOWN], [], ['resolves']],
  ['an absent fact resolves nothing', [KNOWN], [result('not-evaluated')], []],
  ['a failing check resolves nothing', [KNOWN], [result('error')], []],
  [
    'a regression reopens it',
    [{ ...KNOWN, state: 'resolved' as const }],
    [result('fail')],
    ['reopens'],
  ],
  ['a waiver that ended reopens it', [WAIVED], [result('fail')], ['reopens']],
  ['a pass resolves a waived one', [WAIVED], [result('pass')], ['resolves']],
])('%s', (_name, known, results, kinds) => {
  const found = results.map((each) => ({ result: each, waiverId: undefined }));
  expect(planFindingChanges(known, found).map(({ kind }) => kind)).toEqual(kinds);
});

test.each([
  ['a waiver covers a new failure', [], result('fail'), ['waives']],
  ['a waiver covers an open one', [KNOWN], result('fail'), ['waives']],
  ['the same waiver changes nothing', [WAIVED], result('fail'), []],
  ['another reason changes a waived one', [WAIVED], result('fail', 'wider'), ['changes']],
  ['another waiver takes over', [{ ...WAIVED, waiverId: 'pwv_b' }], result('fail'), ['waives']],
  ['a waiver of a pass does nothing', [], result('pass'), []],
])('%s', (_name, known, found, kinds) => {
  const changes = planFindingChanges(known, [{ result: found, waiverId: 'pwv_a' }]);
  expect(changes.map(({ kind }) => kind)).toEqual(kinds);
});
