/** Follows docs/how-to/scale-a-group.md against a server with a simulated fleet. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { missingLines, openReader, type Reader } from './open-reader.ts';
import { type CommandStep, readPage } from './read-page.ts';

jest.setTimeout(120_000);

const PAGE = 'docs/how-to/scale-a-group.md';
const LOG_IN =
  'export NOVACRON_ENDPOINT=http://127.0.0.1:7480 NOVACRON_API_KEY=$(cat data-scaling/admin.key)';

describe(`a reader of ${PAGE}`, () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await openReader('installed');
  });
  afterAll(() => reader.close());

  const steps = readPage(PAGE).filter((step): step is CommandStep => step.kind === 'command');
  test.each(steps.map((step) => [step.line, step.command, step] as const))(
    'at line %s runs %s',
    async (_line, command, step) => {
      const { exitCode, output } = await reader.follow(step);
      if (command.includes('novacron server')) {
        await reader.follow({ kind: 'command', command: LOG_IN, output: [], line: 0 });
      }
      expect(missingLines(step.output, output)).toEqual([]);
      expect(exitCode === 0 ? '' : output).toBe('');
    },
  );
});
