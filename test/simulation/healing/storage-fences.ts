/**
 * The fence of a simulated storage: it takes the export away from one host while that writes. What
 * was on its way arrives, and only then a reading says that the host is cut off.
 */
import { err, ok, type Result } from '@novacron/contract/result';
import type { StorageFences } from '@novacron/server/ports/storage-fences';
import type { Chance } from '../world/chance.ts';
import type { Kernel } from '../world/kernel.ts';
import type { Host } from './host.ts';
import type { Hosts } from './hosts.ts';
import { IN_FLIGHT_MS } from './service.ts';

/** From the order to the removal of the export. Unit: ms. */
const CUT_MS = { min: 50, max: 2_000 } as const;
const ANSWER_MS_MAX = 200;

/** Probability that an order is refused. */
const FAILING_RATIO = 0.05;

/** The id of the storage that all hosts share. */
const POOL = 'shared';

/** @param lies - a storage that says `cut_off` and takes writes, to see whether it is noticed */
export function createStorageFences(parts: {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly hosts: () => Hosts | undefined;
  readonly lies: boolean;
  /** Called before a host is cut off. */
  readonly onCut: (host: Host) => void;
  readonly onChange: () => void;
}): StorageFences {
  const { kernel, chance, lies, onCut, onChange } = parts;
  const said = new Set<string>();

  async function reach(node: string): Promise<Host> {
    const delayMs = chance.between(1, ANSWER_MS_MAX);
    await new Promise<void>((resolve) => kernel.timers.after(delayMs, resolve));
    const host = parts.hosts()?.find(node);
    if (host === undefined) throw new Error('there are hosts');
    return host;
  }

  async function cutOff(node: string): Promise<Result<void, string>> {
    const host = await reach(node);
    if (chance.happens(FAILING_RATIO)) return err('refuses the order');
    if (lies) {
      said.add(node);
      return ok(undefined);
    }
    kernel.timers.after(chance.between(CUT_MS.min, CUT_MS.max), () => {
      if (host.storage === 'cut_off') return;
      onCut(host);
      host.storage = 'cut_off';
      host.cutOffAtMs = kernel.clock.nowMs();
      onChange();
    });
    return ok(undefined);
  }

  return {
    list: () => [{ pool: POOL, kind: 'command', address: 'the storage of the simulation' }],
    read: async ({ node }) => {
      const host = await reach(node);
      const isDrained = kernel.clock.nowMs() - host.cutOffAtMs >= IN_FLIGHT_MS;
      const isCut = host.storage === 'cut_off' && isDrained;
      return ok(isCut || said.has(node) ? 'cut_off' : 'reaches');
    },
    cutOff: ({ node }) => cutOff(node),
    restore: async ({ node }) => {
      const host = await reach(node);
      said.delete(node);
      host.storage = 'reaches';
      onChange();
      return ok(undefined);
    },
  };
}
