/** Derives a machine's stop reason from the events of its QEMU. Pure. */
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import type { QmpEvent } from '../qmp/parse-qmp-message.ts';

/** The reason that an event gives; undefined where it gives none. */
export function reasonOfEvent({ name, data }: QmpEvent): StopReason | undefined {
  if (name === 'GUEST_PANICKED') return 'panic';
  if (name === 'BLOCK_IO_ERROR') return data.action === 'stop' ? 'io_error' : undefined;
  if (name !== 'SHUTDOWN') return undefined;
  if (data.guest === true) return 'guest';
  return data.reason === 'host-signal' ? 'host' : undefined;
}
