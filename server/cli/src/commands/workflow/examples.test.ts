/**
 * Runs the examples of docs/how-to/write-a-workflow.md on the files that stand there, and compares
 * what they write. With UPDATE_GOLDEN=1 the page is written instead.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { splitWords } from '../../test-kit/split-words.ts';

const PAGE = join(__dirname, '../../../../../docs/how-to/write-a-workflow.md');
const FILE = /^`([\w.-]+)`:\n\n```yaml\n([\s\S]*?)```$/gm;
const EXAMPLE = /^```console\n\$ (novacron (?:workflow|runbook) .*)\n[\s\S]*?```$/gm;

test('the examples of the page write what stands there', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const files = Object.fromEntries(
    [...page.matchAll(FILE)].map(([, name = '', text = '']) => [name, text]),
  );
  let text = page;
  let examples = 0;
  for (const [block, line = ''] of page.matchAll(EXAMPLE)) {
    const run = await runInProcess(splitWords(line).slice(1), { files });
    text = text.replace(block, () => `\`\`\`console\n$ ${line}\n${run.stdout}${run.stderr}\`\`\``);
    examples += 1;
  }
  expect(examples).toBe(6);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, text);
  else expect(text).toBe(page);
});
