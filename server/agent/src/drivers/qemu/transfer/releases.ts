/** The releases that a node awaits or still has to report, as its files say; they outlive it. */
import { MigrationTarget } from '@novacron/contract/agent/migration';
import type { VmId } from '@novacron/contract/ids';
import type { Timers } from '@novacron/runtime/timers';
import { wait } from '@novacron/runtime/wait';
import { z } from 'zod';
import { type Places, remove } from '../files/directories.ts';
import { readStored, writeStored } from '../files/stored-json.ts';
import { listenForRelease, type ReleaseListener, tellRelease } from './release-channel.ts';

/** Pause before a target is notified again: it, its agent or the network is away. Unit: ms. */
const TELL_AGAIN_MS = 500;

const ReleaseReport = z.looseObject({ host: z.string(), port: z.int(), key: z.string() });
type ReleaseReport = z.infer<typeof ReleaseReport>;

/** Dependencies of the releases. */
export interface ReleasesParts {
  readonly places: Places;
  readonly timers: Timers;
  /** Lets the machine run here; kept when that is recorded. */
  readonly onReleased: (vmId: VmId) => Promise<void>;
}

/** The releases of a node. */
export interface Releases {
  /**
   * Listens for the release of a machine.
   * @param port - 0: any port that is free
   * @returns the port
   */
  readonly listen: (
    vmId: VmId,
    address: { readonly host: string; readonly port: number; readonly key: string },
  ) => Promise<number>;
  /** Stops listening. */
  readonly ignore: (vmId: VmId) => void;
  /** Records that a target has to be notified, before the release itself is recorded. */
  readonly plan: (vmId: VmId, report: ReleaseReport) => void;
  /** Reports the release until the target has recorded it; nothing where nothing is planned. */
  readonly tell: (vmId: VmId) => void;
  /** Goes on after a start of the agent. */
  readonly resume: (vmId: VmId, phase: 'incoming' | 'migrated') => Promise<void>;
  readonly close: () => void;
}

/** Makes it; no port is open, and no target is notified yet. */
export function createReleases({ places, timers, onReleased }: ReleasesParts): Releases {
  const closing = new AbortController();
  const listeners = new Map<VmId, ReleaseListener>();
  const telling = new Set<VmId>();

  const listen: Releases['listen'] = async (vmId, { host, port, key }) => {
    ignore(vmId);
    const parts = { host, port, key, onReleased: () => onReleased(vmId) };
    const listener = await listenForRelease(parts);
    listeners.set(vmId, listener);
    return listener.port;
  };

  const ignore = (vmId: VmId): void => {
    listeners.get(vmId)?.close();
    listeners.delete(vmId);
  };

  async function tellUntilRecorded(vmId: VmId): Promise<void> {
    for (;;) {
      // It is gone with the record of the machine.
      const report = readStored(places.releaseReport(vmId), ReleaseReport);
      if (report === undefined || closing.signal.aborted) return;
      if ((await tellRelease(report)) === 'recorded') {
        remove(places.releaseReport(vmId));
        return;
      }
      await wait({ timers, delayMs: TELL_AGAIN_MS, signals: [closing.signal] });
    }
  }

  const tell = (vmId: VmId): void => {
    if (telling.has(vmId)) return;
    telling.add(vmId);
    // A report that cannot be read comes from the server instead.
    void tellUntilRecorded(vmId)
      .catch(() => undefined)
      .finally(() => telling.delete(vmId));
  };

  return {
    listen,
    ignore,
    plan: (vmId, report) => writeStored(places.releaseReport(vmId), report),
    tell,
    resume: async (vmId, phase) => {
      if (phase === 'migrated') return tell(vmId);
      const target = readStored(places.target(vmId), MigrationTarget);
      if (target === undefined) return;
      const { host, release_port: port, key } = target;
      // Where the port is taken by now, the server reports the release.
      await listen(vmId, { host, port, key }).catch(() => 0);
    },
    close: () => {
      closing.abort();
      for (const vmId of [...listeners.keys()]) ignore(vmId);
    },
  };
}
