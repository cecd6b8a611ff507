/** Checks the examples of a page: what the commands that it shows write. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { runInProcess } from './run-in-process.ts';
import { splitWords } from './split-words.ts';

const ROOT = join(__dirname, '../../../..');

/** A page, and what of it is run. */
export interface PageExamples {
  /** From the root of the project. */
  readonly page: string;
  /** Language of the blocks that are files; the name of each stands in the line before it. */
  readonly language: 'csv' | 'yaml';
  /** Words that commands begin with, after `novacron`. */
  readonly commands: readonly string[];
  /** Number of examples, which ensures that a slip in the page does not hide any. */
  readonly count: number;
}

/**
 * Runs the examples of a page on the files that stand there or that earlier examples have written
 * (`> FILE`), and compares what they write. With
 * UPDATE_GOLDEN=1 the page is written instead.
 */
export async function checkPageExamples(examples: PageExamples): Promise<void> {
  const { language, commands, count } = examples;
  const path = join(ROOT, examples.page);
  const file = new RegExp(`^\`([\\w.-]+)\`:\n\n\`\`\`${language}\n([\\s\\S]*?)\`\`\`$`, 'gm');
  const example = new RegExp(
    `^\`\`\`console\n\\$ (novacron (?:${commands.join('|')}) .*)\n[\\s\\S]*?\`\`\`$`,
    'gm',
  );
  const page = readFileSync(path, 'utf8');
  const files: Record<string, string> = Object.fromEntries(
    [...page.matchAll(file)].map(([, name = '', text = '']) => [name, text]),
  );
  let text = page;
  let run = 0;
  for (const [block, line = ''] of page.matchAll(example)) {
    const [command = '', written] = line.split(' > ');
    const { stdout, stderr } = await runInProcess(splitWords(command).slice(1), { files });
    if (written !== undefined) files[written] = stdout;
    const shown = `${written === undefined ? stdout : ''}${stderr}`;
    text = text.replace(block, () => `\`\`\`console\n$ ${line}\n${shown}\`\`\``);
    run += 1;
  }
  expect(run).toBe(count);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
  else expect(text).toBe(page);
}
