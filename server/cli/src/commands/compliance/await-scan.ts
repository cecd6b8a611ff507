/** `novacron compliance scan`: requests a complete scan and waits until it has ended. */
import type { Session } from '../../client/session.ts';
import { findingsFailure, problemFailure } from '../../failures/failure.ts';
import type { Outcome } from '../../operations/outcome.ts';

const PAUSE_MS = 1_000;

/** The scan looks for requests every 15 seconds; a large fleet takes a minute. */
const ASKS_MAX = 600;

/** Requests it. Failures: problems of the server, and a scan that does not end. */
export async function awaitScan({ client, signal, io }: Session): Promise<Outcome> {
  const asked = await client.call('compliance.scan', {}, { signal });
  if (!asked.ok) return { failure: problemFailure(asked.error) };
  const { requested_at } = asked.value;
  for (let asks = 0; asks < ASKS_MAX; asks += 1) {
    const answer = await client.call('compliance.status', {}, { signal });
    if (!answer.ok) return { failure: problemFailure(answer.error) };
    const { scanned_at: at = null } = answer.value.standards[0] ?? {};
    if (at !== null && Date.parse(at) >= Date.parse(requested_at)) {
      return { document: { kind: 'one', value: answer.value } };
    }
    await new Promise<void>((resolve) => {
      io.timers.after(PAUSE_MS, resolve);
    });
    if (signal.aborted) return { failure: { kind: 'interrupted', message: 'interrupted' } };
  }
  return {
    failure: findingsFailure(
      'the scan has not ended after ten minutes; look at it with: novacron compliance status',
    ),
  };
}
