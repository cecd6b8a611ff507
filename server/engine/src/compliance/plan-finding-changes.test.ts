import { expect, test } from '@jest/globals';
import type { CheckResult } from './model/check.ts';
import { type KnownFinding, planFindingChanges } from './plan-finding-changes.ts';

const KNOWN: KnownFinding = {
  id: 'cfnd_a',
  checkId: 'NC-NET-001',
  subjectId: 'vm_a',
  state: 'open',
  reason: 'open',
};

function result(state: CheckResult['state'], reason = 'open'): CheckResult {
  const about = { kind: 'vm', subjectId: 'vm_a', subjectName: 'a', evidence: {} } as const;
  return { ...about, checkId: 'NC-NET-001', state, reason };
}

test.each([
  ['a new failure opens', [], [result('fail')], ['opens']],
  ['the same failure changes nothing', [KNOWN], [result('fail')], []],
  ['another reason changes it', [KNOWN], [result('fail', 'wider')], ['changes']],
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
])('%s', (_name, known, results, kinds) => {
  expect(planFindingChanges(known, results).map(({ kind }) => kind)).toEqual(kinds);
});
