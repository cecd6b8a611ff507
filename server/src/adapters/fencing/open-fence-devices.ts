/** The fence devices of the server's configuration. */
import { assertNever, err, type Result } from '@novacron/contract/result';
import type { FenceDevice, FenceDevices } from '../../ports/fence-devices.ts';
import { createIpmiDevice } from './create-ipmi-device.ts';
import { createRedfishDevice } from './create-redfish-device.ts';
import type { PowerSwitch } from './power-switch.ts';
import { type ConfiguredStorageFence, openStorageFences } from './storage/open-storage-fences.ts';

/** A device of the configuration, with its password. */
export interface ConfiguredFenceDevice extends FenceDevice {
  readonly username: string;
  readonly password: string;
  readonly cipherSuite: number | undefined;
  readonly system: string | undefined;
  readonly certificateSha256: string | undefined;
}

/**
 * Opens them; nothing is connected before it is used.
 * @param automaticAfterMs - how long a node is silent before it is powered off by itself;
 *   undefined: never. Unit: ms
 */
export function openFenceDevices({
  automaticAfterMs,
  devices,
  storages,
}: {
  readonly automaticAfterMs: number | undefined;
  readonly devices: readonly ConfiguredFenceDevice[];
  readonly storages: readonly ConfiguredStorageFence[];
}): FenceDevices {
  const switches = new Map<string, PowerSwitch>(
    devices.map((device) => [device.node, openSwitch(device)]),
  );
  const use = <T>(
    node: string,
    call: (found: PowerSwitch) => Promise<Result<T, string>>,
  ): Promise<Result<T, string>> => {
    const found = switches.get(node);
    return found === undefined ? Promise.resolve(err('is not configured')) : call(found);
  };
  return {
    automaticAfterMs,
    list: () =>
      devices.map(({ node, kind, address, identity }) => ({ node, kind, address, identity })),
    read: (node) => use(node, (found) => found.read()),
    powerOff: (node) => use(node, (found) => found.powerOff()),
    storages: storages.length === 0 ? undefined : openStorageFences(storages),
  };
}

function openSwitch(device: ConfiguredFenceDevice): PowerSwitch {
  switch (device.kind) {
    case 'ipmi':
      return createIpmiDevice(device);
    case 'redfish':
      return createRedfishDevice(device);
    default:
      return assertNever(device.kind);
  }
}
