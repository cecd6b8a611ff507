/** Reads which hypervisor runs in the server's process, and what does not go with it. */
import type { HostSettings } from '@novacron/agent/start-host-node';
import { err, ok, type Result } from '@novacron/contract/result';
import { HYPERVISOR_SETTINGS } from '../hypervisor-settings.ts';
import type { ServerSettings, SettingName } from '../settings-table.ts';

/** The hypervisor of the agents in this process. */
export type HypervisorChoice =
  | { readonly kind: 'simulator' }
  | { readonly kind: 'qemu'; readonly settings: HostSettings };

/** A setting that does not go with the others. */
export interface Unfit {
  readonly name: SettingName;
  readonly message: string;
}

/** Settings that only QEMU has a use for, with what they are where nothing is said. */
const QEMU_SETTINGS = [
  ['qemu-accel', HYPERVISOR_SETTINGS['qemu-accel'].default],
  ['qemu-guest-network', HYPERVISOR_SETTINGS['qemu-guest-network'].default],
  ['qemu-image-hosts', undefined],
  ['qemu-overcommit', undefined],
  ['label', undefined],
  ['taint', undefined],
] as const;

/** Reads it. @returns the first setting that has no meaning beside the others */
export function readHypervisor(values: ServerSettings): Result<HypervisorChoice, Unfit> {
  if (values.hypervisor === 'simulator') {
    // A printed configuration says the defaults too.
    const needless = QEMU_SETTINGS.find(([name, usual]) => values[name] !== usual);
    if (needless === undefined) return ok({ kind: 'simulator' });
    return err({ name: needless[0], message: 'needs hypervisor qemu beside it' });
  }
  if (values.fleet !== undefined) {
    const message = 'describes a simulated fleet; with hypervisor qemu this host is the one node';
    return err({ name: 'fleet', message });
  }
  if (values.bus.kind === 'nats') {
    const message =
      'qemu in this process uses the bus in memory; beside NATS, start an agent on each host: ' +
      'novacron agent --driver qemu';
    return err({ name: 'hypervisor', message });
  }
  const settings = {
    accel: values['qemu-accel'],
    guestNetwork: values['qemu-guest-network'],
    imageHosts: values['qemu-image-hosts'] ?? [],
    ...(values['qemu-overcommit'] && { overcommit: values['qemu-overcommit'] }),
    ...(values.label && { labels: values.label }),
    ...(values.taint && { taints: values.taint }),
  };
  return ok({ kind: 'qemu', settings });
}
