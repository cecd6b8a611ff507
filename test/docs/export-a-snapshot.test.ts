/** Follows docs/how-to/export-a-snapshot.md against a server with a simulated fleet. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { reasonNotRun } from './followed-pages.ts';
import { missingLines, openReader, type Reader } from './open-reader.ts';
import { type CommandStep, readPage } from './read-page.ts';

jest.setTimeout(120_000);

const PAGE = 'docs/how-to/export-a-snapshot.md';

describe(`a reader of ${PAGE}`, () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await openReader();
  });
  afterAll(() => reader.close());

  const steps = readPage(PAGE).filter((step): step is CommandStep => step.kind === 'command');
  test.each(
    steps
      .filter(({ command }) => reasonNotRun(PAGE, command) === undefined)
      .map((step) => [step.line, step.command, step] as const),
  )('at line %s runs %s', async (_line, _command, step) => {
    const { exitCode, output } = await reader.follow(step);
    expect(exitCode === 0 ? '' : output).toBe('');
    expect(missingLines(step.output, output)).toEqual([]);
  });

  test('has an export whose checksum is the one that the server lists', async () => {
    const command = 'novacron snapshot exports | grep -c "$(sha256sum <data.qcow2 | cut -c-64)"';
    const { exitCode, output } = await reader.follow({
      kind: 'command',
      command,
      output: [],
      line: 0,
    });
    expect([exitCode, output.trim()]).toEqual([0, '1']);
  });
});
