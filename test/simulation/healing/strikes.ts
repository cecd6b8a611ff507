/** Effects of a fault of each class on hosts, networks, storage and servers. */
import type { VmId } from '@novacron/contract/ids';
import type { FaultClass, FaultClassId } from './fault-table.ts';
import type { HealingWorld } from './healing-world.ts';
import type { Host } from './host.ts';
import type { Served } from './service.ts';

/** Effect of a fault. */
export interface Strike {
  readonly at: readonly string[];
  /** The VMs that it can take down. */
  readonly vms: readonly string[];
  /** Time at which the fault ends without intervention; undefined if it does not. Unit: ms. */
  readonly endsAtMs?: number | undefined;
}

/** Until people have repaired a host that was switched off, or does not come back. Unit: ms. */
export const REPAIR_MS = 3_600_000;

const REBOOT_MS = { min: 120_000, max: 300_000 };
const DRAIN_MS = 900_000;
const WRONG_POWER_OFF_MS = 1_800_000;
const CLOCK_STEP_MS_MAX = 120_000;
const CLOCK_RATE_MAX = 500e-6;

/**
 * Interval at which checks of guests that were reset meanwhile are made to fail again. Unit: ms.
 */
const LIE_MS = 5_000;

const DEFAULT_MS = { min: 5_000, max: 60_000 };

/** Strikes once, at a unit by chance. */
export async function strike(world: HealingWorld, fault: FaultClass): Promise<Strike> {
  return STRIKES[fault.id](world, fault);
}

type StrikeOf = (world: HealingWorld, fault: FaultClass) => Promise<Strike>;

const STRIKES: Readonly<Record<FaultClassId, StrikeOf>> = {
  'guest-crash': (world) => stopGuest(world, 'panic'),
  'hypervisor-crash': (world) => stopGuest(world, 'crash'),
  'guest-hang': async (world) => {
    const vm = world.chance.fork(String(world.kernel.clock.nowMs())).pickAny(upVms(world));
    if (vm === undefined) return nothing;
    world.service.lies.delete(vm.id);
    // The id is that of a VM of the server.
    driverOf(world, vm)?.disturb(vm.id as VmId, { kind: 'hang' });
    return { at: [vm.id], vms: [vm.id] };
  },
  'host-crash': (world, fault) => crashHost(world, pickHost(world), fault),
  'host-hang': async (world) => {
    const host = pickHost(world);
    if (host === undefined) return nothing;
    const vms = vmsOn(world, [host]);
    await world.hosts.hang(host);
    return { at: [host.name], vms };
  },
  'host-suspend': async (world, fault) => {
    const host = pickHost(world);
    if (host === undefined) return nothing;
    const struck = about(world, [host]);
    const endsAtMs = endOf(world, fault);
    world.hosts.suspend(host);
    world.weather.cutOff.add(host.name);
    world.agenda.at(endsAtMs, async () => {
      world.weather.cutOff.delete(host.name);
      world.hosts.resume(host);
    });
    return { ...struck, endsAtMs };
  },
  'host-isolated': async (world, fault) => {
    const host = pickHost(world);
    if (host === undefined) return nothing;
    const endsAtMs = endOf(world, fault);
    world.weather.cutOff.add(host.name);
    world.agenda.at(endsAtMs, async () => void world.weather.cutOff.delete(host.name));
    return { ...about(world, [host]), endsAtMs };
  },
  'agent-crash': async (world, fault) => {
    const host = pickHost(world);
    if (host === undefined) return nothing;
    await world.hosts.killAgent(host);
    const endsAtMs = endOf(world, fault);
    world.agenda.at(endsAtMs, () => world.hosts.startAgent(host));
    return { at: [host.name], vms: vmsOn(world, [host]), endsAtMs };
  },
  'agent-pause': async (world, fault) => {
    const host = pickHost(world);
    if (host === undefined) return nothing;
    const endsAtMs = endOf(world, fault);
    world.weather.pausedUntilMs.set(host.name, endsAtMs);
    world.agenda.at(endsAtMs, async () => void world.weather.pausedUntilMs.delete(host.name));
    return { at: [host.name], vms: vmsOn(world, [host]), endsAtMs };
  },
  'management-network': async (world, fault) => {
    const hosts = sharing(world, 'rack');
    const endsAtMs = endOf(world, fault);
    for (const { name } of hosts) world.weather.cutOff.add(name);
    world.agenda.at(endsAtMs, async () => {
      for (const { name, state } of hosts) {
        if (state !== 'suspended') world.weather.cutOff.delete(name);
      }
    });
    return { ...about(world, hosts), endsAtMs };
  },
  'data-network': async (world, fault) => {
    const hosts = sharing(world, 'rack');
    const endsAtMs = endOf(world, fault);
    const turn = async (state: Host['dataNetwork']): Promise<void> => {
      for (const host of hosts) host.dataNetwork = state;
      world.service.refresh();
    };
    const struck = about(world, hosts);
    await turn('down');
    world.agenda.at(endsAtMs, () => turn('up'));
    return { ...struck, endsAtMs };
  },
  'rack-power': (world, fault) => losePower(world, sharing(world, 'rack'), fault),
  'zone-loss': (world, fault) => losePower(world, sharing(world, 'zone'), fault),
  'shared-storage': async (world, fault) => {
    const endsAtMs = endOf(world, fault);
    const struck = about(world, world.hosts.all);
    const turn = (state: 'works' | 'hangs'): void => {
      world.heartbeats.setStorage(state);
      world.service.setStorage(state);
    };
    turn('hangs');
    world.agenda.at(endsAtMs, async () => turn('works'));
    return { ...struck, endsAtMs };
  },
  'disk-degrading': async (world, fault) => {
    const host = pickHost(world);
    if (host === undefined) return nothing;
    // The root disks of VMs are in shared storage: it is the host itself that fails at the end.
    const failsAtMs = endOf(world, fault);
    world.agenda.at(failsAtMs, async () => {
      if (host.state === 'runs') await crashHost(world, host, { ...fault, rarelyRatio: 1 });
    });
    return { at: [host.name], vms: [], endsAtMs: failsAtMs };
  },
  'memory-errors': async (world, fault) => {
    const isFatal = world.chance.happens(fault.rarelyRatio ?? 0);
    return isFatal
      ? crashHost(world, pickHost(world), { ...fault, rarelyRatio: 0, lastsMs: REBOOT_MS })
      : nothing;
  },
  'control-plane': async (world, fault) => {
    const endsAtMs = endOf(world, fault);
    world.setAwayMs(endsAtMs - world.kernel.clock.nowMs());
    world.server.killAfterCalls(0);
    return { at: ['server'], vms: [], endsAtMs };
  },
  clock: async (world, fault) => {
    const host = pickHost(world);
    if (host === undefined) return nothing;
    const { chance } = world;
    const vms = vmsOn(world, [host]);
    if (chance.happens(0.5)) {
      host.time.step(chance.between(-CLOCK_STEP_MS_MAX, CLOCK_STEP_MS_MAX));
      return { at: [host.name], vms };
    }
    host.time.setRate(1 + (2 * chance.next() - 1) * CLOCK_RATE_MAX);
    world.agenda.at(endOf(world, fault), async () => host.time.setRate(1));
    return { at: [host.name], vms };
  },
  'check-lies': async (world, fault) => {
    const members = [...world.groupMembers()];
    const endsAtMs = endOf(world, fault);
    const lie = async (): Promise<void> => {
      if (world.kernel.clock.nowMs() >= endsAtMs) return;
      for (const id of members) failCheck(world, id);
      world.agenda.at(world.kernel.clock.nowMs() + LIE_MS, lie);
    };
    await lie();
    return { at: ['group'], vms: members, endsAtMs };
  },
  operator: (world, fault) => actAsOperator(world, fault),
};

/** The guest serves, and its health check fails until it is started again. */
function failCheck(world: HealingWorld, id: string): void {
  const vm = world.service.vms.get(id);
  if (vm === undefined || !vm.serves) return;
  world.service.lies.add(id);
  // The id is that of a VM of the server.
  driverOf(world, vm)?.disturb(id as VmId, { kind: 'hang' });
}

const nothing: Strike = { at: [], vms: [] };

function upVms({ service, hosts }: HealingWorld) {
  return [...service.vms.values()].filter(
    ({ isUp, host }) => isUp && hosts.find(host).state === 'runs',
  );
}

function driverOf({ hosts }: HealingWorld, { host }: Served) {
  return hosts.find(host).fleet.drivers.get(host);
}

async function stopGuest(world: HealingWorld, reason: 'panic' | 'crash'): Promise<Strike> {
  const vm = world.chance.pickAny(upVms(world));
  if (vm === undefined) return nothing;
  // The id is that of a VM of the server.
  const id = vm.id as VmId;
  world.service.strike(id);
  driverOf(world, vm)?.disturb(id, { kind: 'power-off', reason });
  return { at: [vm.id], vms: [vm.id] };
}

function pickHost({ chance, hosts, service }: HealingWorld): Host | undefined {
  return chance.pickAny(
    hosts.all.filter(({ state, name }) => state === 'runs' && !service.lost.has(name)),
  );
}

function sharing(world: HealingWorld, what: 'rack' | 'zone'): readonly Host[] {
  const one = world.chance.pick(world.hosts.all);
  return world.hosts.all.filter((host) => host[what] === one[what]);
}

function vmsOn({ service }: HealingWorld, hosts: readonly Host[]): readonly string[] {
  const names = new Set(hosts.map(({ name }) => name));
  return [...service.vms.values()].filter(({ host }) => names.has(host)).map(({ id }) => id);
}

function about(world: HealingWorld, hosts: readonly Host[]) {
  return { at: hosts.map(({ name }) => name), vms: vmsOn(world, hosts) };
}

function endOf(
  { kernel, chance }: Pick<HealingWorld, 'kernel' | 'chance'>,
  { lastsMs }: Pick<FaultClass, 'lastsMs'>,
): number {
  const { min, max } = lastsMs ?? DEFAULT_MS;
  return kernel.clock.nowMs() + chance.between(min, max);
}

async function crashHost(
  world: HealingWorld,
  host: Host | undefined,
  fault: FaultClass,
): Promise<Strike> {
  if (host === undefined) return nothing;
  const struck = about(world, [host]);
  await world.hosts.cut(host, 'crashed');
  const isBack = !world.chance.happens(fault.rarelyRatio ?? 0);
  const backAtMs = isBack ? endOf(world, fault) : world.kernel.clock.nowMs() + REPAIR_MS;
  // One that was switched off meanwhile is switched on by people, after a look.
  world.agenda.at(backAtMs, async () => {
    if (host.state === 'crashed') await world.hosts.boot(host);
  });
  return struck;
}

async function losePower(
  world: HealingWorld,
  hosts: readonly Host[],
  fault: FaultClass,
): Promise<Strike> {
  const struck = about(world, hosts);
  const endsAtMs = endOf(world, fault);
  for (const host of hosts) {
    host.bmc = 'gone';
    await world.hosts.cut(host, 'crashed');
  }
  world.agenda.at(endsAtMs, async () => {
    for (const host of hosts) {
      host.bmc = 'answers';
      await world.hosts.boot(host);
    }
  });
  return { ...struck, endsAtMs };
}

async function actAsOperator(world: HealingWorld, fault: FaultClass): Promise<Strike> {
  const host = pickHost(world);
  if (host === undefined) return nothing;
  const struck = about(world, [host]);
  const nowMs = world.kernel.clock.nowMs();
  switch (world.chance.pick(['drain', 'reboot', 'power-off'] as const)) {
    case 'drain': {
      const [row] = await world.store.read({ from: 'nodes', where: { name: host.name } });
      if (row !== undefined) await world.call('node.drain', { id: row.id });
      world.agenda.at(nowMs + DRAIN_MS, async () => {
        if (row !== undefined) await world.call('node.activate', { id: row.id });
      });
      // Until then VMs move, and are down for a moment where the move is no live one.
      return { ...struck, endsAtMs: nowMs + DRAIN_MS };
    }
    case 'reboot':
      return crashHost(world, host, { ...fault, rarelyRatio: 0, lastsMs: REBOOT_MS });
    case 'power-off':
      await world.hosts.cut(host, 'off');
      world.agenda.at(nowMs + WRONG_POWER_OFF_MS, () => world.hosts.boot(host));
      return struck;
  }
}
