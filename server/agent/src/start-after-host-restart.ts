/** Starts the machines of a host that has restarted, and logs what became of each. */
import type { Logger } from '@novacron/runtime/logger';
import type { Driver, HostStart, KeySource } from './drivers/driver.ts';

/** Parts of the agent that host starts use. */
export interface HostStartsAgent {
  readonly driver: Driver;
  readonly node: { readonly name: string };
  readonly logger: Logger;
  readonly keyOf: KeySource;
}

/**
 * Has the driver start them. Servers learn it as they learn of each machine that changes by itself.
 * @returns a function that gives up what has not started yet, and waits for what is starting; the
 *   next start of the agent goes on
 */
export function startAfterHostRestart({
  driver,
  node,
  logger,
  keyOf,
}: HostStartsAgent): () => Promise<void> {
  const over = new AbortController();
  const ended = driver.startAfterHostRestart?.({ signal: over.signal, keyOf }, report).then(
    (done) => {
      if (done.ok) return;
      logger.warn({ node: node.name, problem: done.error }, 'machines may be left stopped');
    },
    (cause: unknown) => {
      logger.error({ node: node.name, err: cause }, 'the starts after a host restart ended');
    },
  );

  function report({ vm_id, problem }: HostStart): void {
    const about = { node: node.name, vm: vm_id };
    if (problem === undefined) logger.info(about, 'the machine runs again after a host restart');
    else logger.warn({ ...about, problem }, 'the machine was not started after a host restart');
  }

  return async () => {
    over.abort();
    await ended;
  };
}
