/** Reads the private key that an author signs with. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { readTextFile } from '../../../io/read-text-file.ts';

/** Reads it. Failures: wrong usage, for a file that is not a private key for Ed25519. */
export async function readSigningKey(
  io: Pick<CliIo, 'readText'>,
  path: string,
): Promise<Result<KeyObject, Failure>> {
  const text = await readTextFile(io, path, 'a key');
  if (!text.ok) return text;
  try {
    const key = createPrivateKey(text.value);
    if (key.asymmetricKeyType === 'ed25519') return ok(key);
    return err(usageFailure(`${path} is a ${key.asymmetricKeyType} key, not Ed25519`));
  } catch {
    const advice = 'create one with `novacron policy keygen`';
    return err(usageFailure(`${path} is not a PEM private key; ${advice}`));
  }
}
