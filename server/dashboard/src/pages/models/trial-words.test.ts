import { expect, test } from '@jest/globals';
import { blocksWords, evidenceWords, methodWords } from './trial-words.ts';

const design = { share: 0.25, block_seconds: 3_600, planned_blocks: 168 } as const;

test('a trial says what decides which version acts', () => {
  expect(methodWords({ ...design, unit: 'time_block' })).toBe(
    'time blocks: the version changes for all at once, the challenger acts in 25 % of them',
  );
  expect(methodWords({ ...design, unit: 'vm_group' })).toBe(
    'VM groups: each keeps its version, the challenger acts in 25 % of them',
  );
});

test('a trial says how much of what was planned is measured', () => {
  const trial = { ...design, unit: 'time_block' } as const;
  expect(blocksWords({ ...trial, result: null })).toBe('0 of 168 blocks of 1 hour');
  expect(blocksWords({ ...trial, result: { blocks: 48 } })).toBe('48 of 168 blocks of 1 hour');
});

test('evidence ends a trial of time blocks early, and one of groups at its end', () => {
  const found = { statistic: -1.118, bound: 2.8 };
  expect(evidenceWords('time_block', found)).toBe(
    '-1.12; the trial ends early beyond 2.80 on either side of 0',
  );
  expect(evidenceWords('vm_group', found)).toBe(
    '-1.12; trials of groups are judged after the last block',
  );
});
