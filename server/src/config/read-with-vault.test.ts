/** Secrets of a configuration in Vault: which are asked for, and what becomes of faults. */
import { expect, test } from '@jest/globals';
import { err, ok } from '@novacron/contract/result';
import type { ReadSecret } from './read-secret.ts';
import { type AskVault, readWithVault } from './read-with-vault.ts';

const ask: AskVault = async ({ path, field }) =>
  path === 'novacron/bmc' ? err('cannot be read: Vault is sealed') : ok(`${field} of ${path}`);

const readAll = (places: readonly string[]) => (readSecret: ReadSecret) => {
  const values: string[] = [];
  // As settings do, it stops at the first one that cannot be read.
  for (const place of places) {
    const read = readSecret(place);
    if (!read.ok) return [...values, `! ${read.error}`];
    values.push(read.value);
  }
  return values;
};

test('each place is asked for once, also those that are met only after others', async () => {
  const asked: string[] = [];
  const count: AskVault = (source) => {
    asked.push(source.path);
    return ask(source);
  };
  const places = ['vault:a/b#c', 'vault:a/d#e', 'vault:a/b#c'];
  const values = ['c of a/b', 'e of a/d', 'c of a/b'];
  expect(await readWithVault(readAll(places), () => ok(count))).toEqual(values);
  expect(asked).toEqual(['a/b', 'a/d']);
});

test.each([
  [
    ['vault:a/b#c', 'vault:novacron/bmc#password'],
    ['c of a/b', '! cannot be read: Vault is sealed'],
  ],
  [['vault:a/b'], ['! must be vault:PATH#FIELD, such as vault:novacron/server#store']],
  [['vault:../b#c'], ['! must be vault:PATH#FIELD, such as vault:novacron/server#store']],
])('%j say what is wrong', async (places, values) => {
  expect(await readWithVault(readAll(places), () => ok(ask))).toEqual(values);
});

test('Vault is opened only for a place in it', async () => {
  const open = () => err('is in Vault, and the setting vault names none');
  expect(await readWithVault(readAll([]), open)).toEqual([]);
  const values = ['! is in Vault, and the setting vault names none'];
  expect(await readWithVault(readAll(['vault:a/b#c']), open)).toEqual(values);
});
