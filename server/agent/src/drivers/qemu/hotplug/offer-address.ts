/** Another address of a machine in the same network, while its guest runs. */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { wait } from '@novacron/runtime/wait';
import { DEVICE_IDS } from '../machine/build-command-line.ts';
import { observeHardware } from '../machine/observe-machine.ts';
import type { QemuAction } from '../machine/qemu-node.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';

/** Long enough for a busy guest to see it. Unit: ms. */
const LINK_DOWN_MS = 1_000;

/** Whether the guest keeps its interface, which has another address in the same network. */
export function hasOtherAddress({
  before,
  after,
}: {
  readonly before: MachineSpec;
  readonly after: MachineSpec;
}): boolean {
  const [from, to] = [before.network, after.network];
  const isSame = from?.network_id === to?.network_id && from?.mac_address === to?.mac_address;
  return isSame && from?.ip_address !== to?.ip_address;
}

/**
 * Has the network offer the new address, and the guest ask for it: the link goes down and up, as
 * with a cable, whereupon DHCP clients ask.
 */
export async function offerAddress({ node, order }: QemuAction, monitor: QmpClient): Promise<void> {
  const { hasNic } = await observeHardware(monitor);
  if (!hasNic || node.networks === undefined) return;
  await node.networks.sync();
  const setLink = (up: boolean) => monitor.execute('set_link', { name: DEVICE_IDS.nic, up });
  await setLink(false);
  await wait({ timers: node.timers, delayMs: LINK_DOWN_MS, signals: [order.signal] });
  await setLink(true);
}
