/** Opens the database of the agent of a host. */
import type { Logger } from '@novacron/runtime/logger';
import { AgentDatabase } from './agent-database.ts';

/**
 * Opens it. A damaged one is moved aside: the machines of a hypervisor are found by their own files
 * and processes, so they go on under a new journal. Simulated machines are nowhere else.
 */
export function openNodeDatabase({
  choice,
  dataDir,
  node,
  logger,
}: {
  readonly choice: { readonly kind: 'simulator' | 'qemu' };
  readonly dataDir: string;
  readonly node: string;
  readonly logger: Logger;
}): AgentDatabase {
  if (choice.kind === 'simulator') return new AgentDatabase({ dataDir, node });
  return new AgentDatabase({
    dataDir,
    node,
    onDamage: ({ path, aside, cause }) =>
      logger.error(
        { node, path, aside, cause },
        'the journal of the agent is damaged: it was moved aside, and a new one is in use. VMs ' +
          'keep running; operations that were in progress are retried. Check the disk of this host',
      ),
  });
}
