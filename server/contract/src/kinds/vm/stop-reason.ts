/** Stop reason of a VM, as its node reports it. */
import { z } from 'zod';

/**
 * Reason a machine is not running. `guest`: it was shut down from inside; `guest_reset`: the guest
 * restarted where a restart ends it; `panic`: its kernel panicked; `crash`: the hypervisor's
 * process exited unexpectedly or was killed; `io_error`: a disk is full or broken; `host`: the host
 * was restarted; `isolated`: its node heard no server, and the VM is set to stop in that case;
 * `command`: it was stopped through NovaCron.
 */
export const StopReason = z.enum([
  'guest',
  'guest_reset',
  'panic',
  'crash',
  'io_error',
  'host',
  'isolated',
  'command',
  'unknown',
]);
export type StopReason = z.infer<typeof StopReason>;

/** The reasons in words for people, as clauses. */
export const STOP_REASON_WORDS: Readonly<Record<StopReason, string>> = {
  guest: 'the guest shut itself down',
  guest_reset: 'the guest restarted itself, and was not started again',
  panic: 'the kernel of the guest panicked',
  crash: 'the process of its hypervisor crashed or was killed',
  io_error: 'a disk is full or broken',
  host: 'its host was restarted or lost power',
  isolated: 'its node heard no server, and it asks to be stopped then',
  command: 'it was stopped by a command',
  unknown: 'its node does not know why',
};
