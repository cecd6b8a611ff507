/**
 * Runs the examples of pages in docs/how-to against the sample world and compares what they print
 * with what stands there. With UPDATE_GOLDEN=1 the pages are written instead.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runInProcess } from './test-kit/run-in-process.ts';
import { splitWords } from './test-kit/split-words.ts';
import { startFakeServer } from './test-kit/start-fake-server.ts';

const PAGES = join(__dirname, '..', '..', '..', 'docs', 'how-to');

const CONSOLE = '```console\n';

async function outputOf(line: string, files: Readonly<Record<string, string>>): Promise<string> {
  const server = await startFakeServer();
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
  const run = await runInProcess(splitWords(line).slice(1), { env, files });
  await server.close();
  const code = run.exitCode === 0 ? '' : `[exit code ${run.exitCode}]\n`;
  return `${run.stdout}${run.stderr}${code}`;
}

test.each([
  ['command-line.md', 10],
  ['costs.md', 4],
])('the examples of %s print what the page says', async (name, commandsMin) => {
  const path = join(PAGES, name);
  const page = readFileSync(path, 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  const [resources = '', teams = ''] = blocks;
  const files = { 'blue.yaml': resources, 'teams.yaml': teams };
  const parts: string[] = [];
  let commands = 0;
  for (const part of page.split(/^(```console\n[\s\S]*?^```$)/m)) {
    const lines = part.startsWith(CONSOLE) ? [...part.matchAll(/^\$ (novacron .*)$/gm)] : [];
    const runs: string[] = [];
    for (const [, line = ''] of lines) runs.push(`$ ${line}\n${await outputOf(line, files)}`);
    parts.push(lines.length === 0 ? part : `${CONSOLE}${runs.join('')}\`\`\``);
    commands += lines.length;
  }
  expect(commands).toBeGreaterThan(commandsMin);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, parts.join(''));
  else expect(parts.join('')).toBe(page);
});
