/** Runs the commands of docs/how-to/security.md as they stand there, against a server. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { featureNames, featureRow } from '@novacron/contract/access/feature';
import { quotaNames } from '@novacron/contract/access/tenant';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { runInProcess } from '../../../server/cli/src/test-kit/run-in-process.ts';
import { SEALED_COLUMNS } from '../../../server/src/adapters/sealing/sealed-columns.ts';

const PAGE = readFileSync(
  fileURLToPath(new URL('../../../docs/how-to/security.md', import.meta.url)),
  'utf8',
);

const BLOCKS = [...PAGE.matchAll(/^```console\n([\s\S]+?)^```$/gm)].map(([, text = '']) => text);

let novacron: RunningNovacron;

beforeAll(async () => {
  novacron = await startNovacron();
});

afterAll(() => novacron.stop());

/** One command and the lines that it writes, `! ` before those of standard error. */
async function run(command: string): Promise<string> {
  const env = { NOVACRON_ENDPOINT: novacron.url, NOVACRON_API_KEY: novacron.adminKey };
  const { stdout, stderr } = await runInProcess(command.split(' ').slice(1), { env });
  return `${stdout}${stderr.replace(/^(?=.)/gm, '! ')}`;
}

describe('docs/how-to/security.md', () => {
  test.each(BLOCKS.map((block) => [block.split('\n')[0] ?? '', block]))(
    'shows what %s and the commands behind it write',
    async (_first, block) => {
      for (const part of block.split(/^\$ /m).slice(1)) {
        const [command = '', ...lines] = part.trimEnd().split('\n');
        const written = await run(command);
        for (const line of lines) expect(written).toContain(line);
      }
    },
  );

  test('lists every sealed column', () => {
    const rows = [
      ...PAGE.matchAll(
        /^\| `(\w+)` +\| (`\w+_(?:json|sealed)`|`rule`|`document`|`text`)(.*?) \|/gm,
      ),
    ];
    const shown = rows.map(([, table, first = '', others = '']) => [
      table,
      [...`${first}${others}`.matchAll(/`(\w+)`/g)].map(([, column]) => column),
    ]);
    expect(Object.fromEntries(shown)).toEqual(SEALED_COLUMNS);
  });

  test('has the table of feature flags as it is, and names every quota', () => {
    const shown = PAGE.match(/^\| flag .+$(?:\n\|.+$)+/m)?.[0].split('\n') ?? [];
    const cells = shown.slice(2).map((row) => row.split('|').map((cell) => cell.trim()));
    expect(cells.map(([, flag, words, word]) => [flag, words, word])).toEqual(
      featureNames().map((name) => {
        const { description, default: word } = featureRow(name);
        return [`\`${name}\``, description, word];
      }),
    );
    for (const name of quotaNames()) expect(PAGE).toContain(`\`${name}\``);
  });
});
