/** `novacron compliance evidence`: the evidence of a standard as a file that proves itself. */

import { complianceOperations } from '@novacron/contract/compliance/compliance-operations';
import { SignedRoot } from '@novacron/contract/compliance/evidence';
import { commandOf } from '../../arguments/command-table.ts';
import { type GivenWords, readInput } from '../../arguments/read-input.ts';
import type { Session } from '../../client/session.ts';
import { usageFailure } from '../../failures/failure.ts';
import { messageOf } from '../../io/message-of.ts';
import type { Outcome } from '../../operations/outcome.ts';
import { countOf } from '../../output/count-of.ts';
import { collectEvidence } from './collect-evidence.ts';

/** Exports it. Failures: wrong usage, a file that cannot be written, problems of the server. */
export async function exportEvidence(
  session: Session,
  given: GivenWords,
  file: string | undefined,
): Promise<Outcome> {
  const input = await readInput(commandOf('compliance.evidence'), given, session.io);
  if (!input.ok) return { failure: input.error };
  const wanted = complianceOperations['compliance.evidence'].input.safeParse(input.value);
  if (!wanted.success) {
    return { failure: usageFailure("required option '--standard <standard>' not specified") };
  }
  const evidence = await collectEvidence(session, wanted.data);
  if (!evidence.ok) return { failure: evidence.error };
  const { records, signed } = evidence.value;
  const lines = [...records, SignedRoot.parse(signed)];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  if (file === undefined) return { document: { kind: 'text', value: { text } } };
  try {
    await session.io.writePrivateText(file, text, 'as-it-is');
  } catch (cause) {
    return { failure: usageFailure(`cannot write ${file}: ${messageOf(cause)}`) };
  }
  const { key_id, public_key } = signed;
  const count = countOf(records.length, 'record');
  const line = `${count} in ${file}; signed by ${key_id}, ${public_key}`;
  return { document: { kind: 'lines', value: { lines: [line] } } };
}
