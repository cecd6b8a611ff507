/** Secrets are typed without being shown. */
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from '@jest/globals';
import { readSecret } from './read-secret.ts';

async function type(keys: string): Promise<{ secret: string | undefined; shown: string }> {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  let shown = '';
  const output = {
    write: (text: string) => {
      shown += text;
    },
  };
  const reading = readSecret({ input, output }, 'Key: ');
  input.write(keys);
  return { secret: await reading, shown };
}

test.each([
  ['nova_secret\r', 'nova_secret'],
  ['nova_x\u007fsecret\n', 'nova_secret'],
  ['\r', ''],
  ['nova\u0003', undefined],
  ['\u0004', undefined],
])('of %j is read as %j, and only the question is shown', async (keys, secret) => {
  expect(await type(keys)).toEqual({ secret, shown: 'Key: \n' });
});

const { TERM } = process.env;
afterEach(() => {
  if (TERM === undefined) delete process.env.TERM;
  else process.env.TERM = TERM;
});

test('a terminal that cannot be written on takes back what was mistyped as well', async () => {
  process.env.TERM = 'dumb';
  expect(await type('nova_xy\u007f\bsecret\r')).toMatchObject({ secret: 'nova_secret' });
});

test('what is piped in is read to its end, and nothing is asked', async () => {
  const input = new PassThrough();
  const reading = readSecret(
    { input, output: { write: () => expect('a question').toBe('') } },
    '?',
  );
  input.end('one\ntwo\n');
  expect(await reading).toBe('one\ntwo\n');
});
