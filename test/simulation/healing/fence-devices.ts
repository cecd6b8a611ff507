/** The management controllers of simulated hosts: they take seconds, and some fail. */
import { err, ok, type Result } from '@novacron/contract/result';
import type { FenceDevices } from '@novacron/server/ports/fence-devices';
import type { StorageFences } from '@novacron/server/ports/storage-fences';
import type { Chance } from '../world/chance.ts';
import type { Kernel } from '../world/kernel.ts';
import type { Host } from './host.ts';
import type { Hosts } from './hosts.ts';

/** From the order to switch off until the power is off. Unit: ms. */
export const POWER_OFF_MS = { min: 2_000, max: 6_000 } as const;

/** Probability that a controller refuses to switch. */
export const FAILING_RATIO = 0.05;

/** Silence of a node until it is powered off: the minimum allowed. Unit: ms. */
export const AUTOMATIC_AFTER_MS = 30_000;

const ANSWER_MS_MAX = 200;
const NO_ANSWER_MS = 5_000;

/**
 * @param lies - a controller that says `off` and switches nothing, to see whether it is noticed
 * @param onCut - called before the power of a host goes
 */
export function createFenceDevices(parts: {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly hosts: () => Hosts | undefined;
  readonly lies: boolean;
  readonly onCut: (host: Host) => void;
  /** Without controllers there is a storage fence alone. */
  readonly storages?: StorageFences | undefined;
}): FenceDevices {
  const { kernel, chance, lies, onCut } = parts;
  const said = new Set<string>();

  async function reach(node: string): Promise<Result<Host, string>> {
    const host = parts.hosts()?.find(node);
    const answers = host !== undefined && host.bmc === 'answers';
    const delayMs = answers ? chance.between(1, ANSWER_MS_MAX) : NO_ANSWER_MS;
    await new Promise<void>((resolve) => kernel.timers.after(delayMs, resolve));
    return answers ? ok(host) : err('does not answer');
  }

  return {
    automaticAfterMs: AUTOMATIC_AFTER_MS,
    ...(parts.storages === undefined ? {} : { storages: parts.storages }),
    list: () =>
      ((parts.storages === undefined ? parts.hosts()?.all : undefined) ?? []).map(({ name }) => ({
        node: name,
        kind: 'redfish',
        address: `bmc of ${name}`,
        identity: 'unchecked',
      })),
    read: async (node) => {
      const host = await reach(node);
      if (!host.ok) return host;
      const isOff = host.value.state === 'off' || said.delete(node);
      return ok({ power: isOff ? 'off' : 'on', uuid: null });
    },
    powerOff: async (node) => {
      const host = await reach(node);
      if (!host.ok) return host;
      if (chance.happens(FAILING_RATIO)) return err('refuses to switch');
      if (lies) {
        said.add(node);
        return ok(undefined);
      }
      kernel.timers.after(chance.between(POWER_OFF_MS.min, POWER_OFF_MS.max), () => {
        onCut(host.value);
        void kernel.hold(parts.hosts()?.cut(host.value, 'off') ?? Promise.resolve());
      });
      return ok(undefined);
    },
  };
}
