import { expect, test } from '@jest/globals';
import { readSettings } from './checkout/read-settings.ts';
import { findBlocker } from './pull-request-world.ts';
import type { DirectoryResult } from './report/directory-result.ts';

type State = DirectoryResult['state'];

test.each<[Readonly<Record<string, State>>, string | undefined]>([
  [{}, 'network'],
  [{ network: 'planned' }, 'network'],
  [{ network: 'applied' }, undefined],
  [{ network: 'unchanged' }, undefined],
])('after %j, web waits for %j, which it needs by way of data', (states, expected) => {
  const settings = readSettings(`
directories:
  - { path: web, depends_on: [data] }
  - { path: data, depends_on: [network] }
  - { path: network }
`);
  if (!settings.ok) throw new Error(settings.error.reason);
  // The pull request does not affect data.
  const directories = (settings.value.directories ?? [])
    .filter(({ name }) => name !== 'data')
    .map((each) => ({ ...each, state: each.name }));
  const web = directories.find(({ name }) => name === 'web');
  if (web === undefined) throw new Error('there is no web');
  const stateOf = (name: string) => states[name];
  expect(findBlocker(web, { settings: settings.value, directories }, { stateOf })).toBe(expected);
});
