/**
 * Runs the examples of pages on the files that stand there, and compares what they write. With
 * UPDATE_GOLDEN=1 the pages are written instead.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { splitWords } from '../../test-kit/split-words.ts';

const DOCS = join(__dirname, '..', '..', '..', '..', '..', 'docs');
const FILE = /^`([\w.-]+)`:\n\n```\w+\n([\s\S]*?)```$/gm;
/** Figures of this machine's speed; pages show `…` for them. */
const SPEED = /("?(?:decisionsPerSecond|latencyMsP50|latencyMsP99)"?:? +)[\d.]+/g;
const EXAMPLE = /^```console\n\$ (novacron (?:policy )?simulate .*)\n[\s\S]*?```$/gm;

test.each(['placement.md', 'reference/orchestration.md'])(
  'the examples of %s write what stands there',
  async (name) => {
    const path = join(DOCS, name);
    const page = readFileSync(path, 'utf8');
    const files = Object.fromEntries(
      [...page.matchAll(FILE)].map(([, name = '', text = '']) => [name, text]),
    );
    let text = page;
    for (const [block, line = ''] of page.matchAll(EXAMPLE)) {
      const run = await runInProcess(splitWords(line).slice(1), { files, tickMs: 0.125 });
      const shown = `${run.stdout}${run.stderr}`.replace(SPEED, '$1…');
      const written = `\`\`\`console\n$ ${line}\n${shown}\`\`\``;
      text = text.replace(block, () => written);
    }
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
    else expect(text).toBe(page);
  },
);
