import type { AuditChain } from '../kernel/audit/audit-chain.ts';
import type { EventRelay } from '../kernel/events/relay-events.ts';
import type { AppDeps } from './deps.ts';

/** What follows behind commits, as one: events are published, audit entries chained. */
export function joinRelays({ tracer }: AppDeps, events: EventRelay, chain: AuditChain): EventRelay {
  return {
    // What they do is for everybody who wrote, and no part of any one's span.
    signal: () =>
      tracer.run(undefined, () => {
        events.signal();
        chain.signal();
      }),
    stop: async () => {
      await events.stop();
      await chain.stop();
    },
  };
}
