import { expect, test } from '@jest/globals';
import { parseRepository } from './repository.ts';

test.each([
  ['https://git.example.com/a/b.git', 'https', 'git.example.com:443', undefined],
  ['https://bot@git.example.com:8443/a', 'https', 'git.example.com:8443', 'bot'],
  ['http://127.0.0.1:3000/a.git', 'http', '127.0.0.1:3000', undefined],
  ['ssh://git@git.example.com:2222/a', 'ssh', 'git.example.com:2222', 'git'],
  ['git@git.example.com:team/infra.git', 'ssh', 'git.example.com:22', 'git'],
  ['file:///srv/git/infra.git', 'file', undefined, undefined],
])('%s', (text, protocol, host, user) => {
  expect(parseRepository(text)).toMatchObject({ protocol, host, user });
});

test.each([
  ['https://git.example.com/a', undefined, 'https://git.example.com/a'],
  ['https://ann%40example.com@git.example.com/a', 'ann@example.com', 'https://git.example.com/a'],
  ['ssh://git@git.example.com/a', 'git', 'ssh://git@git.example.com/a'],
])('%s has its user where Git takes it', (text, user, url) => {
  expect(parseRepository(text)).toMatchObject({ user, url });
});

test.each([
  'http://git.example.com/a.git',
  'https://bot:secret@git.example.com/a',
  'https://git.example.com',
  'https://git.example.com:99999/a',
  'https://git.example.com/a?b',
  'file:///srv/../etc',
  'file://host/srv',
  'git://git.example.com/a',
  'ext::sh -c id',
  '-oProxyCommand=id:a',
  '--upload-pack=id',
  'git@-host:a',
  '/srv/git/infra.git',
  'https://git.example.com/a b',
  'https://ann%0a@git.example.com/a',
  'https://ann%ff@git.example.com/a',
  'ssh://-oProxyCommand=id/a',
  '',
])('%j is refused', (text) => {
  expect(parseRepository(text)).toBeUndefined();
});
