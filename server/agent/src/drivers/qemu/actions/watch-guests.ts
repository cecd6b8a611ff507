/**
 * The addresses that guests report, as they were seen last: guests are asked beside everything
 * else, so that nothing waits for one. Kept in memory, as the next look finds them again.
 */
import { shownAddresses } from '@novacron/contract/formats/guest-addresses';
import type { VmId } from '@novacron/contract/ids';
import { equalJson } from '@novacron/contract/json';
import type { Timers } from '@novacron/runtime/timers';
import type { Places } from '../files/directories.ts';
import { passingTrouble } from '../files/trouble.ts';
import { readGuestAddresses } from '../guest/ask-guest-agent.ts';
import { talkToGuest } from '../guest/talk-to-guest.ts';
import type { ProcessRecord } from '../machine/machine-process.ts';
import type { Machines } from '../machine/machines.ts';

/**
 * Interval between requests to a booting guest: its agent answers seconds after its network is up.
 */
const BOOT_LOOK_EVERY_MS = 2_000;

/** Looks at a guest that boots; later its addresses are found by measurements. Ten minutes. */
const BOOT_LOOKS_MAX = 300;

/** Dependencies of a guest watch. */
export interface GuestWatchParts {
  readonly places: Pick<Places, 'files'>;
  readonly machines: Pick<Machines, 'list' | 'find' | 'processOf'>;
  readonly timers: Timers;
  /** Called when a guest reports other addresses than before. */
  readonly onChange: (vmId: VmId) => void;
}

/** Reports of guests. */
export interface GuestWatch {
  /** Begins to ask every guest that is not being asked; one that does not answer is as before. */
  readonly look: () => void;
  /** Asks a guest now, and keeps and returns its answer; throws where it does not answer. */
  readonly ask: (vmId: VmId) => Promise<readonly string[]>;
  /**
   * Asks a guest that boots every two seconds until it reports an address, so that those of a new
   * VM are known soon: for ten minutes at most, and while its process is the same.
   */
  readonly awaitBoot: (vmId: VmId) => void;
  /** Ends all waiting. */
  readonly close: () => void;
  /** Undefined where the guest has reported nothing since its machine was switched on. */
  readonly addressesOf: (vmId: VmId) => readonly string[] | undefined;
}

interface Seen {
  readonly process: ProcessRecord;
  readonly addresses: readonly string[];
}

/** Makes the watch; it looks when it is asked to. */
export function watchGuests({ places, machines, timers, onChange }: GuestWatchParts): GuestWatch {
  const seen = new Map<VmId, Seen>();
  const asked = new Set<VmId>();
  const booting = new Map<VmId, () => void>();

  const processOf = (vmId: VmId) => machines.find(vmId) && machines.processOf(vmId);

  const addressesOf = (vmId: VmId): readonly string[] | undefined => {
    const last = seen.get(vmId);
    const process = processOf(vmId);
    return last !== undefined && isSame(last.process, process) ? last.addresses : undefined;
  };

  async function read(vmId: VmId, process: ProcessRecord): Promise<readonly string[]> {
    const { guestAgentSocket } = places.files(vmId);
    const addresses = shownAddresses(await talkToGuest(guestAgentSocket, readGuestAddresses));
    const before = addressesOf(vmId);
    seen.set(vmId, { process, addresses });
    if (!equalJson([...addresses], [...(before ?? [])])) onChange(vmId);
    return addresses;
  }

  function lookAt(vmId: VmId, process: ProcessRecord): void {
    if (asked.has(vmId)) return;
    asked.add(vmId);
    read(vmId, process)
      // Most guests without an agent never answer: that is no trouble.
      .catch(() => undefined)
      .finally(() => asked.delete(vmId));
  }

  function look(): void {
    for (const vmId of seen.keys()) if (machines.find(vmId) === undefined) seen.delete(vmId);
    for (const { vm_id, phase } of machines.list()) {
      const process = machines.processOf(vm_id);
      if (process !== undefined && phase === 'here') lookAt(vm_id, process);
    }
  }

  async function ask(vmId: VmId): Promise<readonly string[]> {
    const process = processOf(vmId);
    if (process === undefined) throw passingTrouble('The machine does not run.');
    return read(vmId, process);
  }

  function awaitBoot(vmId: VmId): void {
    const process = processOf(vmId);
    if (process === undefined) return;
    booting.get(vmId)?.();
    const lookAgain = (left: number): void => {
      booting.delete(vmId);
      const isOver = left === 0 || !isSame(process, processOf(vmId));
      if (isOver || (addressesOf(vmId)?.length ?? 0) > 0) return;
      lookAt(vmId, process);
      booting.set(
        vmId,
        timers.after(BOOT_LOOK_EVERY_MS, () => lookAgain(left - 1)),
      );
    };
    lookAgain(BOOT_LOOKS_MAX);
  }

  function close(): void {
    for (const cancel of booting.values()) cancel();
    booting.clear();
  }

  return { look, ask, awaitBoot, close, addressesOf };
}

function isSame(left: ProcessRecord, right: ProcessRecord | undefined): boolean {
  return left.pid === right?.pid && left.start_time === right.start_time;
}
