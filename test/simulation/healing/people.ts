/** Manual actions when VMs of an incident are down for too long. */
import type { VmId } from '@novacron/contract/ids';
import type { HealingWorld } from './healing-world.ts';
import type { Host } from './host.ts';
import type { Served } from './service.ts';
import { REPAIR_MS } from './strikes.ts';

/** Interval at which people look after VMs that are down. Unit: ms. */
export const PEOPLE_MS = 1_800_000;

/** They switch dead hosts off and say so, and start what has stopped. */
export async function mend(world: HealingWorld, down: readonly Served[]): Promise<void> {
  const hosts = new Set(down.map(({ host }) => world.hosts.find(host)));
  for (const host of hosts) if (host.state !== 'runs') await confirmDead(world, host);
  for (const vm of down) {
    if (world.hosts.find(vm.host).state !== 'runs') continue;
    // The id is that of a VM of the server.
    const id = vm.id as VmId;
    if (vm.guest === 'hangs') await world.call('vm.reset', { id });
    else if (vm.runsSinceMs === undefined) await world.call('vm.start', { id });
  }
}

async function confirmDead(world: HealingWorld, host: Host): Promise<void> {
  await world.hosts.cut(host, 'off');
  const [row] = await world.store.read({ from: 'nodes', where: { name: host.name } });
  if (row?.status === 'lost') await world.call('node.confirm_dead', { id: row.id });
  repairLater(world, host);
}

/** A host that was switched off, or hangs and is cut off, is looked at and then started. */
export function repairLater(world: HealingWorld, host: Host): void {
  world.agenda.at(world.kernel.clock.nowMs() + REPAIR_MS, async () => {
    if (host.state === 'hung') await world.hosts.cut(host, 'off');
    if (host.bmc === 'answers') await world.hosts.boot(host);
  });
}
