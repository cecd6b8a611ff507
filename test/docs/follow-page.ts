/** Tests that follow a page step by step, against the server that one of its commands starts. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { reasonNotRun } from './followed-pages.ts';
import {
  isShownToFail,
  missingLines,
  type Outcome,
  openReader,
  type Reader,
} from './open-reader.ts';
import { type CommandStep, readPage } from './read-page.ts';

/** Custom execution of a command, for example repeating it until it succeeds. */
export type Follow = (reader: Reader, step: CommandStep) => Promise<Outcome>;

/**
 * Writes the files of a page, and runs its commands in their order, but for those that the list of
 * pages leaves out. Each prints what the page shows, and fails only where the page shows that it
 * does. Once a server has been started, the reader is signed in to it.
 * @param page - path from the root of the project
 * @param dataDir - the data directory of the page's server
 */
export function followPage(
  page: string,
  dataDir: string,
  follow: Follow = (reader, step) => reader.follow(step),
): void {
  const signIn =
    'export NOVACRON_ENDPOINT=http://127.0.0.1:7480 ' +
    `NOVACRON_API_KEY=$(cat ${dataDir}/admin.key)`;
  describe(`a reader of ${page}`, () => {
    let reader: Reader;
    const all = readPage(page);
    beforeAll(async () => {
      reader = await openReader();
      for (const step of all) if (step.kind === 'file') await reader.follow(step);
    });
    afterAll(() => reader.close());

    const steps = all.filter(
      (step): step is CommandStep =>
        step.kind === 'command' && reasonNotRun(page, step.command) === undefined,
    );
    test.each(steps.map((step) => [step.line, step.command, step] as const))(
      'at line %s runs %s',
      async (_line, command, step) => {
        const { exitCode, output } = await follow(reader, step);
        if (command.includes('novacron server')) {
          await reader.follow({ kind: 'command', command: signIn, output: [], line: 0 });
        }
        expect((exitCode !== 0) === isShownToFail(step) ? '' : output).toBe('');
        expect(missingLines(step.output, output)).toEqual([]);
      },
    );
  });
}
