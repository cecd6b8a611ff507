import { tmpdir } from 'node:os';
import { expect, it } from '@jest/globals';
import { readSealingKeys } from './read-sealing-keys.ts';

it('advises to make a key only where there is no file that this would overwrite', () => {
  const remedyFor = (path: string) => {
    const read = readSealingKeys({ kind: 'file', path, origin: 'given' });
    return read.ok ? undefined : read.error.remedy;
  };
  expect(remedyFor('/nowhere/sealing.key')).toContain('openssl rand');
  // A directory cannot be read as a file, not even by root.
  expect(remedyFor(tmpdir())).toBe('Let the user of the server read the file, and start again.');
});
