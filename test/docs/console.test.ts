/** Follows docs/how-to/console.md against a server with a simulated fleet. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { missingLines, openReader, type Reader } from './open-reader.ts';
import { type CommandStep, readPage } from './read-page.ts';

jest.setTimeout(120_000);

const PAGE = 'docs/how-to/console.md';

describe(`a reader of ${PAGE}`, () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await openReader();
  });
  afterAll(() => reader.close());

  const steps = readPage(PAGE).filter((step): step is CommandStep => step.kind === 'command');
  test.each(steps.map((step) => [step.line, step.command, step] as const))(
    'at line %s runs %s',
    async (_line, _command, step) => {
      const { exitCode, output } = await reader.follow(step);
      expect(exitCode === 0 ? '' : output).toBe('');
      expect(missingLines(step.output, output)).toEqual([]);
    },
  );
});
