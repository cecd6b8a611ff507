import { expect, test } from '@jest/globals';
import { chainRow, EMPTY_CHAIN, isOtherReason } from './evidence-rows.ts';

const recorded = (state: string, reason: string, evidence: object) =>
  chainRow(
    {
      tenant_id: 'tnt_a',
      check_id: 'NC-NET-001',
      subject_kind: 'vm',
      subject_id: 'vm_a',
      subject_name: 'a',
      subject_revision: 1,
      state,
      verdict_json: JSON.stringify({ reason, evidence }),
      catalogue: 'c',
      build: '0.1.0',
      at_ms: 0,
      until_ms: null,
    },
    EMPTY_CHAIN,
  );

test.each([
  ['the same reason', 'port 22 is open', { port: 22 }, 'no record'],
  ['the same reason with other facts', 'port 22 is open', { port: 22, rules: 2 }, 'no record'],
  ['another port', 'port 23 is open', { port: 23 }, 'a record'],
  ['other words', 'every port is open', { port: 22 }, 'a record'],
  ['a number that grew by itself', 'port 99 is open', { port: 22 }, 'no record'],
])('%s of a failure', (_name, reason, evidence, expected) => {
  const row = recorded('fail', 'port 22 is open', { port: 22 });
  const isOther = isOtherReason(row, { state: 'fail', reason, evidence });
  expect(isOther ? 'a record' : 'no record').toBe(expected);
});

test('other facts of a pass add no record', () => {
  const row = recorded('pass', '', { last_seen_at: 'a' });
  expect(isOtherReason(row, { state: 'pass', reason: '', evidence: { last_seen_at: 'b' } })).toBe(
    false,
  );
});
