/** Follows docs/how-to/running.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readConfig } from '@novacron/server/config';
import { reasonNotRun } from './followed-pages.ts';
import { isShownToFail, missingLines, openReader, type Reader } from './open-reader.ts';
import { type CommandStep, readPage } from './read-page.ts';

jest.setTimeout(120_000);

const PAGE = 'docs/how-to/running.md';
const TEXT = readFileSync(resolve(__dirname, '../..', PAGE), 'utf8');

/** Writes the header of a qcow2 image of 1 GiB: the server reads no more of it. */
const EMPTY_IMAGE = [
  'const head = Buffer.alloc(512)',
  "head.write('514649fb00000003', 'hex')",
  'head.writeUInt32BE(16, 20)',
  'head.writeBigUInt64BE(1073741824n, 24)',
  'head.writeUInt32BE(2, 36)',
  'head.writeUInt32BE(104, 100)',
  "require('node:fs').writeFileSync('debian-12-generic-amd64.qcow2', head)",
].join('; ');

/** Prerequisite commands, by the prefix of the command that needs them. */
const GIVEN: Readonly<Record<string, string>> = {
  'novacron policy disable': 'novacron policy push policies/vm-access',
  'novacron template upload': `node -e "${EMPTY_IMAGE}"`,
};

const steps = readPage(PAGE).filter((step): step is CommandStep => step.kind === 'command');
const isRun = ({ command }: CommandStep) => reasonNotRun(PAGE, command) === undefined;

describe(`a reader of ${PAGE}`, () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await openReader();
  });
  afterAll(() => reader.close());

  test.each(
    steps
      .filter(isRun)
      .map((step) => [step.line, step.command.split('\n')[0] ?? '', step] as const),
  )('at line %s runs %s', async (line, _command, step) => {
    for (const [start, before] of Object.entries(GIVEN)) {
      if (!step.command.startsWith(start)) continue;
      const given = await reader.follow({ kind: 'command', command: before, output: [], line });
      expect(given.exitCode === 0 ? '' : given.output).toBe('');
    }
    const { exitCode, output } = await reader.follow(step);
    expect(missingLines(step.output, output)).toEqual([]);
    expect((exitCode !== 0) === isShownToFail(step) ? '' : output).toBe('');
  });

  test.each([...TEXT.matchAll(/^```yaml\n([\s\S]+?)^```$/gm)].map(([, fleet = '']) => [fleet]))(
    'starts a server with the fleet %#',
    (fleet) => {
      const file = join(reader.directory, 'fleet.yaml');
      const pools =
        'storage_pools: { ssd: { size_gb: 1 }, hdd: { size_gb: 1 }, nvme: { size_gb: 1 } }\n';
      writeFileSync(file, fleet.includes('storage_pools') ? fleet : `${fleet}${pools}`);
      const read = readConfig(['--fleet', file], { NOVACRON_DATA_DIR: reader.directory });
      expect(read.ok ? '' : read.error.detail).toBe('');
    },
  );
});
