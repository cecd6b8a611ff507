/** Follows docs/how-to/debug-policies.md in this process: its commands need no server. */
import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../server/cli/src/test-kit/run-in-process.ts';
import { splitWords } from '../../server/cli/src/test-kit/split-words.ts';
import { readPage } from './read-page.ts';

const PAGE = 'docs/how-to/debug-policies.md';

describe(`a reader of ${PAGE}`, () => {
  const steps = readPage(PAGE);
  const commands = steps.filter((step) => step.kind === 'command');

  test.each(commands.map((step) => [step.line, step.command, step] as const))(
    'at line %s sees what %s writes',
    async (line, command, { output }) => {
      const before = steps.flatMap((step) =>
        step.kind === 'file' && step.line < line ? [[step.name, step.text] as const] : [],
      );
      const [program, ...words] = splitWords(command);
      expect(program).toBe('novacron');
      const done = await runInProcess(words, { files: Object.fromEntries(before) });
      const written = `${done.stderr}${done.stdout}`.split('\n');
      expect(written.filter((text) => output.includes(text))).toEqual(output);
    },
  );
});
