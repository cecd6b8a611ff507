/** Lines as a pipe and a person at a terminal give them. */
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { LineRequest } from './cli-io.ts';
import { readLines } from './read-lines.ts';

const REQUEST: LineRequest = {
  prompt: () => '> ',
  complete: (line) => [['count(', 'data.novacron'].filter((name) => name.startsWith(line)), line],
};

async function read(kind: 'pipe' | 'terminal', typed: readonly string[]) {
  const input = Object.assign(new PassThrough(), { setRawMode: () => undefined });
  const output = new PassThrough();
  let shown = '';
  output.on('data', (bytes) => {
    shown += String(bytes);
  });
  const lines: string[] = [];
  for (const text of typed) input.write(text);
  if (kind === 'pipe') input.end();
  const isTerminal = kind === 'terminal';
  for await (const line of readLines({ input, output, isTerminal }, REQUEST)) lines.push(line);
  return { lines, shown };
}

test('a pipe gives its lines, without prompts', async () => {
  expect(await read('pipe', ['x := 1\n', 'x'])).toEqual({ lines: ['x := 1', 'x'], shown: '' });
});

test('a terminal has prompts, completion, history and ^D', async () => {
  const tab = '\t';
  const up = '\u001b[A';
  const { lines, shown } = await read('terminal', ['dat', tab, '\r', up, '.x\r', '\u0004']);
  expect(lines).toEqual(['data.novacron', 'data.novacron.x']);
  expect(shown).toContain('> ');
});

test('^C drops the line that is typed', async () => {
  const { lines } = await read('terminal', ['wrong\u0003right\r', '\u0004']);
  expect(lines).toEqual(['right']);
});
