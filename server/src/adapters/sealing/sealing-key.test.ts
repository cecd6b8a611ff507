import { expect, test } from '@jest/globals';
import { parseSealingKeys } from './sealing-key.ts';

const KEY = Buffer.alloc(32, 7);
const OTHER = Buffer.alloc(32, 9);

function idsOf(text: string): readonly string[] {
  const keys = parseSealingKeys(text);
  if (!keys.ok) throw new Error(keys.error);
  return keys.value.map(({ id }) => id);
}

test('a key is the same in base64, with and without its end, and in hexadecimal', () => {
  const base64 = KEY.toString('base64');
  const [id] = idsOf(base64);
  const same = [base64.slice(0, -1), KEY.toString('base64url'), KEY.toString('hex').toUpperCase()];
  expect(same.flatMap(idsOf)).toEqual([id, id, id]);
  expect(id).toMatch(/^[0-9a-f]{16}$/);
});

test('several stand one a line or with commas, in their order, with remarks, each once', () => {
  const [key, other] = [KEY, OTHER].map((bytes) => bytes.toString('base64'));
  const ids = idsOf(`# keys of production\n${key} # since May\n\n ${other},${key}\n`);
  expect(ids).toEqual([...idsOf(key ?? ''), ...idsOf(other ?? '')]);
});

test.each([
  ['', 'it holds no key'],
  ['# none yet\n', 'it holds no key'],
  ['c2hvcnQ=', 'key 1 is not 32 bytes in base64 or hex'],
  [`${KEY.toString('base64')}\npassword`, 'key 2 is not 32 bytes in base64 or hex'],
  [KEY.toString('hex').slice(2), 'key 1 is not 32 bytes in base64 or hex'],
])('an invalid key is reported without being shown: %j', (text, error) => {
  expect(parseSealingKeys(text)).toEqual({ ok: false, error });
});
