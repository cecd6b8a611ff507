/** Gives the tasks of tenants to a thread in turns, so that none waits for the queue of another. */
import type { TaskOutcome, TaskTerms, TaskThread } from './create-task-thread.ts';

/** Limits of what waits and is at work. */
export interface FairLimits {
  readonly max: number;
  readonly ofTenantMax: number;
  /** Failure message of a task beyond all limits. */
  readonly busy: string;
}

/** A task of a tenant. */
interface FairTask<Task> extends TaskTerms<Task> {
  readonly tenantId: string;
  /** Asked before it begins: what was cancelled meanwhile takes no time of others. */
  readonly isWanted?: (() => Promise<boolean>) | undefined;
}

const NOT_WANTED = { kind: 'failed', why: 'it was cancelled before it began' } as const;

/** Makes the function that runs a task when it is its tenant's turn. */
export function shareFairly<Task, Answer>(
  thread: Pick<TaskThread<Task, Answer>, 'run'>,
  { max, ofTenantMax, busy }: FairLimits,
): (task: FairTask<Task>) => Promise<TaskOutcome<Answer>> {
  /** What waits by tenant; the tenant whose turn is next comes first. */
  const queues = new Map<string, (() => Promise<void>)[]>();
  const counts = new Map<string, number>();
  let total = 0;
  let isWorking = false;

  function count(tenantId: string, change: 1 | -1): void {
    const now = (counts.get(tenantId) ?? 0) + change;
    total += change;
    if (now === 0) counts.delete(tenantId);
    else counts.set(tenantId, now);
  }

  function next(): (() => Promise<void>) | undefined {
    const [first] = queues;
    if (first === undefined) return undefined;
    const [tenantId, [job, ...others]] = first;
    queues.delete(tenantId);
    if (others.length > 0) queues.set(tenantId, others);
    return job;
  }

  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    for (let job = next(); job !== undefined; job = next()) await job();
    isWorking = false;
  }

  return ({ tenantId, isWanted, ...terms }) => {
    const before = counts.get(tenantId) ?? 0;
    if (before >= ofTenantMax) {
      const why = `${before} models of the tenant are at work`;
      return Promise.resolve({ kind: 'failed', why });
    }
    if (total >= max) return Promise.resolve({ kind: 'failed', why: busy });
    count(tenantId, 1);
    return new Promise((resolve) => {
      const job = async () => {
        const isStillWanted = (await isWanted?.().catch(() => true)) ?? true;
        const outcome = isStillWanted ? await thread.run(terms) : NOT_WANTED;
        count(tenantId, -1);
        resolve(outcome);
      };
      queues.set(tenantId, [...(queues.get(tenantId) ?? []), job]);
      void work();
    });
  };
}
