import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findSshd, type Sshd, startSshd } from '../../../../../test/support/services/start-sshd.ts';
import type { BackupTarget } from '../../../ports/backups.ts';
import { openTargetFiles } from './open-target-files.ts';
import type { TargetFiles } from './target-files.ts';
import { type PlayedS3, playS3, S3_KEYS, S3_REGION } from './test-kit/play-s3.ts';

findSshd();

let folder: string;
let s3: PlayedS3;
let sshd: Sshd;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-targets-'));
  s3 = await playS3('backups');
  sshd = await startSshd();
  writeFileSync(join(folder, 'known'), sshd.knownHost);
  writeFileSync(join(folder, 'key'), sshd.userKey, { mode: 0o600 });
});
afterAll(async () => {
  await s3?.close();
  await sshd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const s3Target = () =>
  ({
    kind: 's3',
    endpoint: s3.endpoint,
    region: S3_REGION,
    bucket: 'backups',
    prefix: 'site-1/',
    credentials: { ...S3_KEYS, sessionToken: undefined },
  }) as const;

const sftpTarget = () =>
  ({
    kind: 'sftp',
    user: userInfo().username,
    host: '127.0.0.1',
    port: sshd.port,
    identityFile: join(folder, 'key'),
    knownHostsFile: join(folder, 'known'),
    path: join(sshd.directory, 'store'),
  }) as const;

describe.each<[string, () => BackupTarget]>([
  ['a directory', () => ({ kind: 'directory', path: join(folder, 'share') })],
  ['a bucket of S3', s3Target],
  ['an SFTP server', sftpTarget],
])('%s', (_kind, target) => {
  let files: TargetFiles;
  let local: string;

  beforeAll(async () => {
    mkdirSync(join(folder, 'share'), { recursive: true });
    files = await openTargetFiles(target());
    local = mkdtempSync(join(folder, 'local-'));
  });

  async function put(name: string, text: string): Promise<void> {
    const source = join(local, 'source');
    writeFileSync(source, text);
    await files.put(name, source);
  }

  test('is empty before its first file', async () => {
    expect(await files.list()).toEqual([]);
  });

  test('returns what was put there, lists it with its size, and removes it', async () => {
    for (const name of ['a.1', 'b.2', 'c.3']) await put(name, `content of ${name}`);
    await put('c.3', 'replaced');
    const listed = await files.list();
    expect(listed.toSorted((one, other) => one.name.localeCompare(other.name))).toEqual([
      { name: 'a.1', sizeBytes: 14 },
      { name: 'b.2', sizeBytes: 14 },
      { name: 'c.3', sizeBytes: 8 },
    ]);
    const fetched = join(local, 'fetched');
    await files.get('c.3', fetched);
    expect(readFileSync(fetched, 'utf8')).toBe('replaced');
    await files.remove(['a.1', 'c.3']);
    expect((await files.list()).map(({ name }) => name)).toEqual(['b.2']);
  });

  test('rejects a file that is not there', async () => {
    await expect(files.get('none', join(local, 'none'))).rejects.toThrow();
  });
});

test('files in a directory can be read by their owner alone', async () => {
  const path = mkdtempSync(join(folder, 'private-'));
  const files = await openTargetFiles({ kind: 'directory', path });
  const source = join(folder, 'secret');
  writeFileSync(source, 'x', { mode: 0o600 });
  await files.put('a', source);
  expect(statSync(join(path, 'a')).mode & 0o077).toBe(0);
});

test('a directory in a share that is not mounted gets nothing, and is not created', async () => {
  const path = join(folder, 'not-mounted');
  const files = await openTargetFiles({ kind: 'directory', path });
  const source = join(folder, 'part');
  writeFileSync(source, 'x');
  await expect(files.put('a', source)).rejects.toThrow('ENOENT');
  expect(existsSync(path)).toBe(false);
});

test('a service of S3 that refuses a key is named with its own code', async () => {
  const credentials = { ...S3_KEYS, secretAccessKey: 'wrong', sessionToken: undefined };
  const files = await openTargetFiles({ ...s3Target(), credentials });
  await expect(files.list()).rejects.toThrow('GET was answered 403 SignatureDoesNotMatch');
});

test('a service of S3 that cannot be reached is named, with the reason', async () => {
  const { endpoint, close } = await playS3('backups');
  await close();
  const files = await openTargetFiles({ ...s3Target(), endpoint });
  const { host } = new URL(endpoint);
  await expect(files.list()).rejects.toThrow(`${host} cannot be reached (ECONNREFUSED)`);
});

test('an SFTP server with an unknown host key gets nothing', async () => {
  const knownHostsFile = join(folder, 'known-hosts');
  writeFileSync(knownHostsFile, '');
  const files = await openTargetFiles({ ...sftpTarget(), knownHostsFile });
  await expect(files.list()).rejects.toThrow('Host key verification failed');
});
