import { expect, test } from '@jest/globals';
import { readGitAddress } from './git-address.ts';

test.each([
  ['https://ann@git.example/a/b.git', { url: 'https://git.example/a/b.git', user: 'ann' }],
  ['http://127.0.0.1:3000/a', { protocol: 'http', user: undefined }],
  ['ssh://git@git.example:2222/a/b', { protocol: 'ssh', url: 'ssh://git@git.example:2222/a/b' }],
  ['git@git.example:a/b.git', { protocol: 'ssh', url: 'git@git.example:a/b.git' }],
  ['file:///srv/git/a', { protocol: 'file' }],
])('%s is taken', (text, value) => {
  expect(readGitAddress(text)).toMatchObject({ ok: true, value });
});

test.each([
  ['http://git.example/a', 'Use https'],
  ['https://ann:secret@git.example/a', 'contains a password'],
  ['ext::sh -c id', 'must be'],
  ['ext::id', 'Git does not fetch from ext:'],
  ['git://git.example/a', 'Git does not fetch from git:'],
  ['--upload-pack=id', 'must be'],
  ['ssh://-oProxyCommand=id/a', 'names no host'],
  ['-oProxyCommand=id@x:a', 'must be'],
  ['git@-oProxyCommand:a', 'must be'],
  ['/srv/git/a', 'must be'],
  ['https://git.example/a\nb', 'must be'],
])('%j is refused', (text, reason) => {
  expect(readGitAddress(text)).toMatchObject({
    ok: false,
    error: { reason: expect.stringContaining(reason) },
  });
});
