/** Follows docs/how-to/failing-nodes.md against a server with the fleet of the page. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { missingLines, openReader, type Reader } from './open-reader.ts';
import { readPage } from './read-page.ts';

jest.setTimeout(120_000);

const PAGE = 'docs/how-to/failing-nodes.md';
const LOG_IN =
  'export NOVACRON_ENDPOINT=http://127.0.0.1:7480 ' +
  'NOVACRON_API_KEY=$(cat data-failing-nodes/admin.key)';

describe(`a reader of ${PAGE}`, () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await openReader();
  });
  afterAll(() => reader.close());

  const run = (command: string) => reader.follow({ kind: 'command', command, output: [], line: 0 });

  test.each(readPage(PAGE).map((step) => [step.line, step] as const))(
    'gets what line %s says',
    async (_line, step) => {
      if (step.kind === 'file') {
        await reader.follow(step);
        return;
      }
      const { exitCode, output } = await reader.follow(step);
      expect(exitCode === 0 ? '' : output).toBe('');
      if (step.command.includes('novacron server')) {
        await run(LOG_IN);
        // An announcement is stored every 14 seconds; conditions and incidents follow it.
        await waitUntil(
          'the incident of the page',
          async () => {
            const listed = await run('novacron incident list --cause disk_failing');
            return listed.output.includes('may fail soon') ? true : undefined;
          },
          { timeoutMs: 60_000 },
        );
      }
      expect(missingLines(step.output, output)).toEqual([]);
    },
  );
});
