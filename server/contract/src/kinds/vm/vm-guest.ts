/** The boot configuration of the guest of a VM. */
import { z } from 'zod';
import { withoutLineEnd } from '../../formats/ssh-public-key.ts';
import { SshKeyId } from '../../ids.ts';

/** Limit of the clouds' metadata services, with room for encoding. */
const USER_DATA_LENGTH_MAX = 65_536;

/** Long enough for any; a longer text belongs into a file, which is where it is read from. */
const PASSWORD_LENGTH_MAX = 4_096;

/** Data for cloud-init. */
export const UserData = z.string().min(1).max(USER_DATA_LENGTH_MAX);

/** Password of the default user of a guest. */
export const Password = z.string().min(1).max(PASSWORD_LENGTH_MAX);

/** The version of a secret; a change of it announces a change of the secret. */
export const SecretVersion = z.int();

const SSH_KEYS_MAX = 64;

const SSH_KEY_TYPES = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
].join('|');

const SSH_KEY = new RegExp(`^(${SSH_KEY_TYPES}) AAAA[A-Za-z0-9+/]{16,}={0,3}( [^\\n\\r]{0,255})?$`);

/** Returns keys for comparison: without the ends of lines. */
export function canonicalKeys(keys: unknown): unknown {
  if (!Array.isArray(keys)) return keys;
  return keys.map((key: unknown) => (typeof key === 'string' ? withoutLineEnd(key) : key));
}

/** One line of authorized_keys without options. */
const SshKey = z
  .string()
  .max(8_192, { abort: true })
  .overwrite(withoutLineEnd)
  .regex(SSH_KEY, 'must be a public key such as `ssh-ed25519 AAAAC3… comment`');

/** The keys that a guest lets in. */
export const SshKeys = z
  .array(SshKey)
  .max(SSH_KEYS_MAX, { error: `must have at most ${SSH_KEYS_MAX} keys`, abort: true })
  .refine((keys) => new Set(keys).size === keys.length, 'must not have the same key twice');

const SSH_KEY_IDS_MAX = 32;

/** The SSH keys that a VM names by their ids. */
export const SshKeyIds = z
  .array(SshKeyId)
  .max(SSH_KEY_IDS_MAX, { error: `must have at most ${SSH_KEY_IDS_MAX} ids`, abort: true })
  .refine((ids) => new Set(ids).size === ids.length, 'must not have the same id twice');
