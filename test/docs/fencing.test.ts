/**
 * Follows docs/how-to/fencing.md against a server with a simulated fleet. Its second controller is
 * a simulated one that answers; the first is away, as nothing has its address.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Bmc, startBmc } from '../support/services/start-bmc.ts';
import { reasonNotRun } from './followed-pages.ts';
import { openReader, type Reader } from './open-reader.ts';
import { type CommandStep, type FileStep, readPage, type Step } from './read-page.ts';

jest.setTimeout(120_000);

const PAGE = 'docs/how-to/fencing.md';
const LOG_IN =
  'export NOVACRON_ENDPOINT=http://127.0.0.1:7480 NOVACRON_API_KEY=$(cat data-fencing/admin.key)';
const GUID = '00112233445566778899aabbccddeeff';

/** Expected output of commands by prefix; nodes of this fleet respond and have no UUID. */
const PRINTED: Readonly<Record<string, { readonly exitCode: number; readonly text: RegExp }>> = {
  'novacron server': { exitCode: 0, text: /is ready at/ },
  'novacron node test-fence node-01': { exitCode: 0, text: /ready +false/ },
  'novacron node fence node-01': { exitCode: 1, text: /node-01/ },
};

const isFile = (step: Step): step is FileStep => step.kind === 'file';
const steps = readPage(PAGE);
const commands = steps
  .filter((step): step is CommandStep => step.kind === 'command')
  .filter(({ command }) => reasonNotRun(PAGE, command) === undefined)
  .flatMap((step) => step.command.split('\n').map((command) => ({ ...step, command })));

describe(`a reader of ${PAGE}`, () => {
  let reader: Reader;
  let bmc: Bmc;
  const run = (command: string) => reader.follow({ kind: 'command', command, output: [], line: 0 });

  beforeAll(async () => {
    [reader, bmc] = await Promise.all([openReader(), startBmc(GUID)]);
    const file = steps.find(isFile);
    if (file === undefined) throw new Error(`${PAGE} shows no file`);
    writeFileSync(join(reader.directory, 'bmc.password'), bmc.access.password, { mode: 0o600 });
    const text = file.text
      .replace('10.0.0.12', bmc.access.address)
      .replaceAll('username: novacron', `username: ${bmc.access.username}`)
      .trimEnd();
    const own = `${text}\n    cipher_suite: ${bmc.access.cipherSuite}\n    identity: unchecked\n`;
    await reader.follow({ ...file, text: own });
  });
  afterAll(async () => {
    await reader.close();
    await bmc.remove();
  });

  test('is shown every command that this test knows', () => {
    const known = commands.map(({ command }) =>
      Object.keys(PRINTED).find((start) => command.startsWith(start)),
    );
    expect(known).toEqual(Object.keys(PRINTED));
  });

  test.each(commands.map((step) => [step.line, step.command, step] as const))(
    'at line %s runs %s',
    async (_line, command, step) => {
      const [, expected] =
        Object.entries(PRINTED).find(([start]) => command.startsWith(start)) ?? [];
      const { exitCode, output } = await reader.follow(step);
      if (command.startsWith('novacron server')) await run(LOG_IN);
      expect({ exitCode, output }).toEqual({
        exitCode: expected?.exitCode,
        output: expect.stringMatching(expected?.text ?? 'unknown'),
      });
    },
  );

  test('finds the second controller ready', async () => {
    const { output } = await run('novacron node test-fence node-02');
    expect(output).toMatch(/ready +true/);
  });
});
