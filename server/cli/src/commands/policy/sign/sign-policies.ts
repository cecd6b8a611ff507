/** `novacron policy sign`: an author's signature beneath a rule. */
import { sign } from 'node:crypto';
import { bytesOfRule, joinRule, textToSign } from '@novacron/contract/kinds/policy/policy-signing';
import { usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { explainFileTrouble } from '../../../io/explain-file-trouble.ts';
import { readTextFile } from '../../../io/read-text-file.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { findRegoFiles, isTestFile } from '../files/read-policies.ts';
import { publicKeyOf } from '../keygen/public-key-of.ts';
import { readSigningKey } from './read-signing-key.ts';

/** Policies to sign, and the key. */
export interface SignRequest {
  readonly paths: readonly string[];
  /** The file of the private key. */
  readonly key: string;
}

/** Puts signatures beneath rules, in place, and none beneath tests. Failures: wrong usage. */
export async function signPolicies(
  io: Pick<CliIo, 'listFiles' | 'readText' | 'replaceText'>,
  { paths, key: keyPath }: SignRequest,
): Promise<Outcome> {
  const key = await readSigningKey(io, keyPath);
  if (!key.ok) return { failure: key.error };
  const files = await findRegoFiles(io, paths);
  if (!files.ok) return { failure: files.error };
  const lines: string[] = [];
  for (const path of files.value.filter((file) => !isTestFile(file))) {
    const rule = await readTextFile(io, path, 'a policy');
    if (!rule.ok) return { failure: rule.error };
    const text = textToSign(rule.value);
    const value = sign(null, Buffer.from(bytesOfRule(text)), key.value).toString('base64');
    const signed = joinRule(text, { key: publicKeyOf(key.value), value });
    if (signed === rule.value) continue;
    try {
      await io.replaceText(path, signed);
    } catch (cause) {
      return { failure: usageFailure(`cannot write ${path}: ${explainFileTrouble(cause)}`) };
    }
    lines.push(`signed: ${path}`);
  }
  if (lines.length === 0) lines.push('All policies already have this signature.');
  return { document: { kind: 'lines', value: { lines } } };
}
