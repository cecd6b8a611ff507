/** `novacron execution signal`: sends an execution what its steps wait for. */
import { Execution } from '@novacron/contract/automation/execution';
import { ExecutionSignal } from '@novacron/contract/automation/signal';
import { z } from 'zod';
import { callOperation, type Session } from '../../client/session.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { plainLine } from '../../output/plain-text.ts';

const Sent = z.looseObject({ resource: Execution, signal: ExecutionSignal, repeated: z.boolean() });

/** Sends the signal, and says whether it counts. Failures: problems of the server. */
export async function signalExecution(
  session: Session,
  input: { readonly id: string; readonly signal: string; readonly data?: unknown },
): Promise<Outcome> {
  const answer = await callOperation(session, 'execution.signal', input);
  if (!answer.ok) return { failure: answer.error };
  const value = Sent.parse(answer.value);
  return { document: { kind: 'report', value, text: `${plainLine(textOf(value))}\n` } };
}

function textOf({ resource, signal, repeated }: z.infer<typeof Sent>): string {
  const { name, sent_by, sent_at } = signal;
  if (repeated) return `${name} was sent before, by ${sent_by} at ${sent_at}: nothing has changed`;
  return `${name} was sent to ${resource.workflow} (${resource.id})`;
}
