/** `novacron policy keygen`: an author's key. */
import { generateKeyPairSync } from 'node:crypto';
import { isRecord } from '@novacron/contract/json';
import { usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { explainFileTrouble } from '../../../io/explain-file-trouble.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { publicKeyOf } from './public-key-of.ts';

/** Makes a key pair; the private half goes to a new file, the public one is printed. */
export async function makeAuthorKey(
  io: Pick<CliIo, 'readText' | 'writePrivateText'>,
  path: string,
): Promise<Outcome> {
  if (await isThere(io, path)) {
    return { failure: usageFailure(`${path} already exists; keys are not overwritten`) };
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  try {
    await io.writePrivateText(path, pem, 'as-it-is');
  } catch (cause) {
    return { failure: usageFailure(`cannot write the key: ${explainFileTrouble(cause)}`) };
  }
  return { document: { kind: 'lines', value: { lines: [publicKeyOf(privateKey)] } } };
}

async function isThere(io: Pick<CliIo, 'readText'>, path: string): Promise<boolean> {
  try {
    await io.readText(path);
    return true;
  } catch (cause) {
    return !isRecord(cause) || cause.code !== 'ENOENT';
  }
}
