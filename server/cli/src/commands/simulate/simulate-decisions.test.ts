import { expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';

const run = (words: string) => runInProcess(words.split(' '), {});

test('simulate decisions says that servers only watch a model no better than rules', async () => {
  const { exitCode, stdout, stderr } = await run(
    'simulate decisions --days 2 --episodes 2 --held-back 2',
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain('"isProven":false');
  expect(stderr).toContain('On 2 days that were not learned from:');
  expect(stderr).toContain('servers record its decisions, and carry none out');
});

test.each([
  ['--days 1', 'Must be an integer from 2 to 10000.'],
  ['--episodes x', 'Must be an integer from 2 to 10000.'],
])('simulate decisions %s is refused', async (flags, words) => {
  const { exitCode, stderr } = await run(`simulate decisions ${flags}`);
  expect([exitCode, stderr.includes(words)]).toEqual([2, true]);
});
