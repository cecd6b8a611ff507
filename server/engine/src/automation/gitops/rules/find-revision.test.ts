import { describe, expect, test } from '@jest/globals';
import { findRevision } from './find-revision.ts';

const [HEAD, TAG, COMMIT, BRANCH] = ['1', '2', '3', '4'].map((digit) => digit.repeat(40));
const ANSWER =
  '001e# service=git-upload-pack\n0000' +
  `0155${HEAD} HEAD\0multi_ack side-band-64k symref=HEAD:refs/heads/main\n` +
  `003d${HEAD} refs/heads/main\n` +
  `003d${BRANCH} refs/heads/release/1.0\n` +
  `003e${TAG} refs/tags/v1\n` +
  `0041${COMMIT} refs/tags/v1^{}\n0000`;

describe('a revision', () => {
  test.each([
    ['HEAD', HEAD],
    ['main', HEAD],
    ['release/1.0', BRANCH],
    ['v1', COMMIT],
    ['v2', undefined],
    ['1.0', undefined],
  ])('%s', (revision, commit) => {
    expect(findRevision(ANSWER, revision)).toBe(commit);
  });

  test('is unknown where the answer is none of a Git server', () => {
    expect(findRevision('<html>Sign in</html>', 'main')).toBeUndefined();
  });
});
