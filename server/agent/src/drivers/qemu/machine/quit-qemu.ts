/** Ends the process of a machine through its monitor, or by force. */
import type { VmId } from '@novacron/contract/ids';
import type { Timers } from '@novacron/runtime/timers';
import { passingTrouble } from '../files/trouble.ts';
import { type QmpClient, QmpError } from '../qmp/open-qmp-client.ts';
import { awaitEnd, killProcess, type ProcessRecord } from './machine-process.ts';

/** Longest wait for QEMU to end after `quit`: it writes its caches. Unit: ms. */
export const QUIT_MS_MAX = 10_000;

/** A process that runs a machine. */
export interface Quit {
  readonly vmId: VmId;
  readonly process: ProcessRecord;
  readonly timers: Timers;
}

/**
 * Asks QEMU to end, and kills it where it does not; rejects with a trouble where it runs all the
 * same.
 * @param monitor - undefined where QEMU does not answer
 */
export async function quitQemu(
  monitor: QmpClient | undefined,
  { vmId, process, timers }: Quit,
): Promise<void> {
  const isHeard = await monitor?.execute('quit').then(() => true, wasHeard);
  // One that hangs does not end by itself.
  const timeoutMs = isHeard === true ? QUIT_MS_MAX : 0;
  if ((await awaitEnd(process, { timers, timeoutMs })) === 'ended') return;
  if ((await killProcess(process, timers)) === 'ended') return;
  throw passingTrouble(`The process ${process.pid} of ${vmId} does not end.`);
}

/** Whether a command has no answer because QEMU ended, as after `quit`, and not as it hangs. */
function wasHeard(cause: unknown): boolean {
  return !(cause instanceof QmpError && cause.failure === 'timeout');
}
