/** Cancels migrations at a moment at which QEMU can. */
import { z } from 'zod';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { isUnderWay, type MigrationInfo } from './progress.ts';

/** A second of polls, in which a guest that has little to send comes to its switch. */
const POLLS_MAX = 50;

const Capabilities = z.array(z.looseObject({ capability: z.string(), state: z.boolean() }));

/**
 * QEMU (7.2) hangs for good, with its guest paused, where it is cancelled just as it pauses for the
 * switch: it then waits for a signal that has come already (`migration_maybe_pause`). So it is kept
 * from pausing while there is something to send, and is cancelled once it waits for its switch, or
 * where it has not come to it within a second.
 * @returns what is called with the progress at each poll, until the migration has ended
 */
export function cancelMigration(
  monitor: Pick<QmpClient, 'execute'>,
): (progress: MigrationInfo) => Promise<void> {
  let polls = 0;
  let isSent = false;
  let pauses = true;
  return async ({ status }) => {
    if (isSent || !isUnderWay({ status })) return;
    if (polls === 0) {
      const listed = Capabilities.parse(await monitor.execute('query-migrate-capabilities'));
      pauses = listed.some((each) => each.capability === 'pause-before-switchover' && each.state);
      await monitor.execute('migrate-set-parameters', { 'downtime-limit': 0 });
    }
    polls += 1;
    if (pauses && status !== 'pre-switchover' && polls < POLLS_MAX) return;
    isSent = true;
    await monitor.execute('migrate_cancel');
  };
}
