/** `novacron workflow sign`: the signature of an author beneath the text of a workflow. */
import { hash, sign } from 'node:crypto';
import { bytesOfWorkflow, textOfBundle } from '@novacron/contract/automation/workflow-signing';
import { joinRule, textToSign } from '@novacron/contract/kinds/policy/policy-signing';
import { usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { explainFileTrouble } from '../../io/explain-file-trouble.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { publicKeyOf } from '../policy/keygen/public-key-of.ts';
import { readSigningKey } from '../policy/sign/read-signing-key.ts';
import { readBundle } from './read-bundle.ts';
import {
  type DefinitionKind,
  findingsOutcome,
  readDefinitionFile,
} from './read-definition-file.ts';

/** Definitions to sign, and the key. */
export interface SignDefinitionsRequest {
  readonly files: readonly string[];
  readonly kind: DefinitionKind;
  /** The file of the private key. */
  readonly key: string;
}

/**
 * Puts a signature beneath each text, in place; it covers the bundle, too. Failures: wrong usage;
 * findings where a text has mistakes.
 */
export async function signDefinitions(
  io: Pick<CliIo, 'readText' | 'replaceText'>,
  { files, kind, key: keyPath }: SignDefinitionsRequest,
): Promise<Outcome> {
  const key = await readSigningKey(io, keyPath);
  if (!key.ok) return { failure: key.error };
  const lines: string[] = [];
  for (const file of files) {
    const read = await readDefinitionFile(io, file, kind);
    if (!read.ok) return { failure: read.error };
    if (!read.value.ok) return findingsOutcome(read.value.error);
    const whole = await readTextFile(io, file, `the ${kind}`);
    if (!whole.ok) return { failure: whole.error };
    const bundle = await readBundle(file, read.value.value.definition);
    if (!bundle.ok) return { failure: bundle.error };
    const digest =
      bundle.value.length === 0 ? null : hash('sha256', textOfBundle(bundle.value), 'hex');
    const text = textToSign(whole.value);
    const bytes = Buffer.from(bytesOfWorkflow(text, digest));
    const value = sign(null, bytes, key.value).toString('base64');
    const signed = joinRule(text, { key: publicKeyOf(key.value), value });
    if (signed === whole.value) continue;
    try {
      await io.replaceText(file, signed);
    } catch (cause) {
      return { failure: usageFailure(`cannot write ${file}: ${explainFileTrouble(cause)}`) };
    }
    lines.push(`signed: ${file}`);
  }
  if (lines.length === 0) lines.push(`All ${kind}s already have this signature.`);
  return { document: { kind: 'lines', value: { lines } } };
}
