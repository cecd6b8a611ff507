import type { Change, ChangeSet } from '../../ports/store.ts';
import type { AuditChain } from '../kernel/audit/audit-chain.ts';
import type { EventRelay } from '../kernel/events/relay-events.ts';
import type { AppDeps } from './deps.ts';

/** The tasks that follow commits: events are published, audit entries chained. */
interface PostCommitTasks extends EventRelay {
  /** Begins the tasks that a commit of this server needs. */
  readonly follow: (changes: ChangeSet) => void;
}

/** Runs the tasks that follow commits. */
export function createPostCommitTasks(
  { tracer }: AppDeps,
  events: EventRelay,
  chain: AuditChain,
): PostCommitTasks {
  // They work for all writers, so they belong to no single span.
  const signal = (): void =>
    tracer.run(undefined, () => {
      events.signal();
      chain.signal();
    });
  return {
    signal,
    follow: (changes) => {
      if (changes.some(isRecord)) signal();
    },
    stop: async () => {
      await events.stop();
      await chain.stop();
    },
  };
}

function isRecord(change: Change): boolean {
  return change.kind === 'insert' && (change.into === 'events' || change.into === 'audit');
}
