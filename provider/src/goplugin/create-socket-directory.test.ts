import { rmSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  chooseParent,
  createSocketDirectory,
  SOCKET_PATH_BYTES_MAX,
} from './create-socket-directory.ts';

describe('createSocketDirectory', () => {
  test('a directory whose socket path would be cut off is passed over', () => {
    const long = `/${'x'.repeat(90)}`;
    expect(chooseParent([long, '/var/tmp'])).toBe('/var/tmp');
    expect(chooseParent([undefined, long])).toBe('/tmp');
    expect(chooseParent([`/${'ü'.repeat(45)}`])).toBe('/tmp');
    expect(chooseParent(['/run', '/var/tmp'])).toBe('/run');
  });

  test('the directory is private and the path can be bound', () => {
    const { directory, socketPath } = createSocketDirectory(undefined);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(Buffer.byteLength(socketPath)).toBeLessThanOrEqual(SOCKET_PATH_BYTES_MAX);
    rmSync(directory, { recursive: true });
  });
});
