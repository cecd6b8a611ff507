import type { AuditChain } from '../kernel/audit/audit-chain.ts';
import type { EventRelay } from '../kernel/events/relay-events.ts';
import type { AppDeps } from './deps.ts';

/** Runs the tasks that follow commits: events are published, audit entries chained. */
export function createPostCommitTasks(
  { tracer }: AppDeps,
  events: EventRelay,
  chain: AuditChain,
): EventRelay {
  return {
    // They work for all writers, so they belong to no single span.
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
