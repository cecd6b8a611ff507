/** Operator actions at the human monitor of a machine. */
import { join } from 'node:path';
import { systemTimers } from '@novacron/runtime/timers';
import { openQmpClient } from '../qmp/open-qmp-client.ts';

/**
 * Executes a command there.
 * @param directory - the machine's, in the run directory of its node
 */
export async function atOperatorsMonitor(
  directory: string,
  command: string,
  args: object,
): Promise<unknown> {
  const path = join(directory, 'qmp-operator.sock');
  const operator = await openQmpClient({ path, timers: systemTimers });
  try {
    return await operator.execute(command, { ...args });
  } finally {
    operator.close();
  }
}
