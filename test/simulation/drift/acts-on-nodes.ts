/** Changes on nodes that bypass NovaCron: machines are resized, opened, disconnected, unplugged. */
import type { SimulatorDriver } from '@novacron/agent/drivers/simulator/open-simulator-driver';
import type { Machine } from '@novacron/contract/agent/machine';
import type { MachineRule } from '@novacron/contract/agent/machine-network';
import { equalJson, type JsonObject } from '@novacron/contract/json';
import type { Chance } from '../world/chance.ts';
import type { Entry, Values } from './book.ts';
import type { Days } from './model.ts';

/** The name that records show for what nodes and guests do by themselves. */
const HAND = 'platform';

/** Longer than it takes an agent to tell, and the server to look. */
const HEARD_MS = 2_000;

/** After this every machine has been looked at. */
const HEALTH_CHECK_MS = 31_000;

const MIB_PER_GB = 1_024;

/** A port opened on a node, as its agent reports it and as the VM then has it. */
const OPENING: MachineRule = {
  direction: 'ingress',
  protocol: 'tcp',
  ports: '22',
  cidr: '0.0.0.0/0',
  group_id: null,
};
const RULE = { ...OPENING, action: 'allow' as const, description: null };

interface Parts {
  readonly days: Days;
  readonly chance: Chance;
}

/** Acts of an actor that NovaCron does not know. */
export const ACTS_ON_NODES = [resize, resize, growDisk, openFirewall, cutPower, unplug, putRight];

/** The desired firewall of a VM: every successful change sends it to the node. */
export async function guardsOf({ world }: Days, { id }: Entry): Promise<Values> {
  return { firewall_rules: (await desiredOf(world, id)).firewall_rules ?? null };
}

/**
 * A VM that NovaCron moves has its desired firewall and all of its volumes on its new node, and a
 * VM whose change failed has them where it is: the rollback sends them to its node, which the next
 * health check finds.
 * @returns whether there was one, and time has passed
 */
export async function noteMoves(days: Days): Promise<boolean> {
  let isNoted = await notePlugs(days);
  for (const entry of vmsOf(days)) {
    const guards = await guardsOf(days, entry);
    if (equalJson(entry.current.firewall_rules ?? null, guards.firewall_rules)) continue;
    const found = await findMachine(days, entry);
    if (found === undefined) continue;
    const { rules = [] } = found.machine.spec.firewall ?? {};
    const isOpen = rules.some((rule) => rule.ports === OPENING.ports);
    if (isOpen !== Array.isArray(entry.current.firewall_rules)) {
      days.book.change(entry.id, { hand: HAND, values: guards });
      await days.pass(HEALTH_CHECK_MS);
      isNoted = true;
    }
  }
  return isNoted;
}

async function notePlugs(days: Days): Promise<boolean> {
  let isNoted = false;
  for (const entry of days.book.entries.values()) {
    if (entry.kind !== 'volume' || entry.current.attached_to !== null) continue;
    const [row] = await days.world.store.read({ from: 'volumes', where: { id: entry.id } });
    const vm = vmsOf(days).find(({ id }) => id === row?.attached_to);
    const found = vm === undefined ? undefined : await findMachine(days, vm);
    if (vm === undefined || found === undefined || !hasVolume(found, entry.id)) continue;
    days.book.change(entry.id, { hand: HAND, values: { attached_to: vm.id } });
    await days.pass(HEALTH_CHECK_MS);
    isNoted = true;
  }
  return isNoted;
}

function hasVolume({ machine }: Found, id: string): boolean {
  return machine.volumes.some(({ volume_id }) => volume_id === id);
}

function vmsOf({ book }: Days): readonly Entry[] {
  return [...book.entries.values()].filter(({ kind }) => kind === 'vm');
}

async function desiredOf({ store }: Days['world'], id: string): Promise<JsonObject> {
  const [row] = await store.read({ from: 'vms', where: { id } });
  return JSON.parse(row?.desired_json ?? '{}');
}

interface Found {
  readonly driver: SimulatorDriver;
  readonly machine: Machine;
}

async function findMachine({ world }: Days, { id }: Entry): Promise<Found | undefined> {
  for (const driver of world.fleet.drivers.values()) {
    const found = await world.kernel.hold(driver.inspect());
    const machine = found.ok ? found.value.find(({ vm_id }) => vm_id === id) : undefined;
    const isHere = machine?.status === 'running' || machine?.status === 'stopped';
    if (machine !== undefined && isHere) return { driver, machine };
  }
  return undefined;
}

async function disturb(
  { days, chance }: Parts,
  choose: (entry: Entry, found: Found) => Promise<Disturbed | undefined>,
): Promise<void> {
  const entry = chance.pickAny(vmsOf(days));
  const found = entry === undefined ? undefined : await findMachine(days, entry);
  if (entry === undefined || found === undefined) return;
  const change = await choose(entry, found);
  if (change === undefined) return;
  const before = await workOn(days, entry);
  found.driver.disturb(found.machine.vm_id, change.how);
  days.book.change(change.of ?? entry.id, { hand: HAND, values: change.values });
  days.note('nodes');
  await days.pass(HEARD_MS);
  const after = await workOn(days, entry);
  const isIdle = before.busy === null && after.busy === null;
  if (!isIdle || before.generation !== after.generation) await days.pass(HEALTH_CHECK_MS);
}

/**
 * The next health check reports a VM with an operation in progress, such as a scheduled move, and
 * also one whose operation has begun and ended meanwhile, which its generation shows.
 */
async function workOn({ world }: Days, { id }: Entry) {
  const [row] = await world.store.read({ from: 'vms', where: { id } });
  return { busy: row?.busy_operation_id ?? null, generation: row?.generation };
}

interface Disturbed {
  /** Id of what is another one then; the VM's when absent. */
  readonly of?: string;
  readonly how: Parameters<SimulatorDriver['disturb']>[1];
  readonly values: Values;
}

function resize(parts: Parts): Promise<void> {
  const { chance } = parts;
  const [cpu_cores, memory_gb] = [chance.between(1, 3), chance.between(2, 16) / 4];
  return disturb(parts, async () => ({
    how: { kind: 'alter', spec: { cpu_cores, memory_mib: memory_gb * MIB_PER_GB } },
    values: { cpu_cores, memory_gb },
  }));
}

function growDisk(parts: Parts): Promise<void> {
  const more = parts.chance.between(1, 3);
  return disturb(parts, async (_entry, { machine: { spec } }) => {
    const disk_gb = spec.disk_gb + more;
    return { how: { kind: 'alter', spec: { disk_gb } }, values: { disk_gb } };
  });
}

function openFirewall(parts: Parts): Promise<void> {
  const firewall = { group_ids: [], rules: [OPENING] };
  return disturb(parts, async () => ({
    how: { kind: 'alter', spec: { firewall } },
    values: { firewall_rules: [RULE] },
  }));
}

function cutPower(parts: Parts): Promise<void> {
  return disturb(parts, async (_entry, { machine }) =>
    machine.status === 'running'
      ? { how: { kind: 'power-off' }, values: { power_state: 'stopped' } }
      : undefined,
  );
}

function unplug(parts: Parts): Promise<void> {
  return disturb(parts, async (_entry, { machine }) => {
    const { entries } = parts.days.book;
    const plugged = machine.volumes.find(({ volume_id: id }) => entries.has(id));
    if (plugged === undefined) return undefined;
    const { volume_id } = plugged;
    return { of: volume_id, how: { kind: 'unplug', volume_id }, values: { attached_to: null } };
  });
}

/** Reverts on the node what was done there, except for the power. */
function putRight(parts: Parts): Promise<void> {
  return disturb(parts, async ({ id }) => {
    const { cpu_cores, memory_gb, disk_gb, firewall_rules } = await desiredOf(parts.days.world, id);
    const rules = firewall_rules === null ? [] : [OPENING];
    return {
      how: {
        kind: 'alter',
        spec: {
          cpu_cores: Number(cpu_cores),
          memory_mib: Number(memory_gb) * MIB_PER_GB,
          disk_gb: Number(disk_gb),
          firewall: { group_ids: [], rules },
        },
      },
      values: {
        cpu_cores: cpu_cores ?? null,
        memory_gb: memory_gb ?? null,
        disk_gb: disk_gb ?? null,
        firewall_rules: firewall_rules ?? null,
      },
    };
  });
}
