/** Follows docs/how-to/find-anomalies.md: Node writes the series, the command reads it. */
import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { runInProcess } from '../../server/cli/src/test-kit/run-in-process.ts';
import { splitWords } from '../../server/cli/src/test-kit/split-words.ts';
import { readPage } from './read-page.ts';

const PAGE = 'docs/how-to/find-anomalies.md';

test(`a reader of ${PAGE} sees what the command writes`, async () => {
  const steps = readPage(PAGE);
  const script = steps.find((step) => step.kind === 'file');
  const [make, score] = steps.filter((step) => step.kind === 'command');
  expect(make?.command).toBe(`node ${script?.name} > load.csv`);
  const [program, ...words] = splitWords(score?.command ?? '');
  expect(program).toBe('novacron');
  const node = ['--input-type=module', '--eval', script?.text ?? ''];
  const series = execFileSync(process.execPath, node, { encoding: 'utf8' });
  const done = await runInProcess(words, { files: { 'load.csv': series } });
  expect(done.exitCode).toBe(0);
  expect(done.stdout.split('\n').filter((line) => line !== '')).toEqual(
    score?.output.filter((line) => line !== ''),
  );
});
