/** Where backups go, with the credentials of that place. */
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { BackupLocation } from '../backup-settings.ts';
import { readYamlFile } from '../read-yaml-file.ts';

type Located<Kind> = Extract<BackupLocation, { readonly kind: Kind }>;

/** A backup target with what it needs to be used. */
export type BackupTargetConfig =
  | Located<'directory'>
  | (Located<'s3'> & {
      readonly credentials: {
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken: string | undefined;
      };
    })
  | (Located<'sftp'> & {
      /** Those of the server's user where undefined, as `ssh` finds them. */
      readonly identityFile: string | undefined;
      readonly knownHostsFile: string | undefined;
    });

const Word = z.string().min(1);

const BucketFile = z.strictObject({
  access_key_id: Word,
  secret_access_key: Word,
  session_token: Word.optional(),
});

const SshFile = z.strictObject({
  identity_file: Word.optional(),
  known_hosts_file: Word.optional(),
});

/**
 * Reads the credentials of a target. Failure: all that is wrong, a line each.
 * @param file - path of the credentials; relative paths in it start at its directory
 */
export function readBackupTarget(
  location: BackupLocation,
  file: string | undefined,
): Result<BackupTargetConfig, readonly string[]> {
  if (location.kind === 'directory') return ok(location);
  if (location.kind === 'sftp') return readSsh(location, file);
  if (file === undefined) {
    return err(['a bucket needs a file with access_key_id and secret_access_key']);
  }
  const read = readYamlFile(file, BucketFile);
  if (!read.ok) return read;
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = read.value.content;
  const { session_token: sessionToken } = read.value.content;
  return ok({ ...location, credentials: { accessKeyId, secretAccessKey, sessionToken } });
}

function readSsh(
  location: Located<'sftp'>,
  file: string | undefined,
): Result<BackupTargetConfig, readonly string[]> {
  if (file === undefined) {
    return ok({ ...location, identityFile: undefined, knownHostsFile: undefined });
  }
  const read = readYamlFile(file, SshFile);
  if (!read.ok) return read;
  const { content, pathOf } = read.value;
  const resolved = (path: string | undefined) => (path === undefined ? undefined : pathOf(path));
  return ok({
    ...location,
    identityFile: resolved(content.identity_file),
    knownHostsFile: resolved(content.known_hosts_file),
  });
}
