/** The boot configuration of the guest of a VM. */
import { z } from 'zod';

/** What the metadata services of clouds take, with room for what encodes it. */
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

/** A key as documentation shows it. */
export const SSH_KEY_EXAMPLE =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h me';

/** Removes the end of the line that a file of a key has. */
function withoutLineEnd(key: string): string {
  return key.replace(/\r?\n$/, '');
}

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
