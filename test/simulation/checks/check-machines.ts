/** Machines against the books. */
import type { Machine } from '@novacron/contract/agent';
import { equalJson, type JsonObject } from '@novacron/contract/json';
import type { SimulatedFleet } from '../world/simulated-fleet.ts';
import { type Accounts, type Books, desiredOf, observedOf } from './books.ts';

const MIB_PER_GB = 1_024;

/** A VM of any other status got stuck. */
const SETTLED: readonly string[] = ['running', 'stopped'];

type Fleet = Pick<SimulatedFleet, 'machines' | 'withoutPower'>;

interface Copy {
  readonly node: string;
  readonly machine: Machine;
}

function copiesIn(fleet: Fleet): readonly Copy[] {
  return [...fleet.machines()].flatMap(([node, machines]) =>
    machines.map((machine) => ({ node, machine })),
  );
}

/**
 * What holds at every moment: no VM runs twice, and whatever runs has its room booked where it is.
 * @returns a sentence for each disagreement
 */
export function checkRunning(fleet: Fleet, { allocations, nodes }: Accounts): string[] {
  const running = copiesIn(fleet).filter(({ machine }) => machine.status === 'running');
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const booked = new Set(allocations.map((each) => `${each.vm_id} ${names.get(each.node_id)}`));
  const seen = new Map<string, string>();
  return running.flatMap(({ node, machine: { vm_id } }) => {
    const other = seen.get(vm_id);
    seen.set(vm_id, node);
    if (other !== undefined) return [`${vm_id} runs on ${other} and on ${node}`];
    return booked.has(`${vm_id} ${node}`) ? [] : [`${vm_id} runs on ${node} without a booking`];
  });
}

/**
 * What holds when nothing is under way: each VM has its machine as it shall be, and no machine is
 * nobody's. VMs that got stuck are left out: a person has to look at them.
 * @returns a sentence for each disagreement
 */
export function checkMachines(fleet: Fleet, books: Books): string[] {
  const copies = copiesIn(fleet);
  const known = new Set<string>(books.vms.map(({ id }) => id));
  const orphans = copies
    // What a node failed to tidy up after a migration gives way to the next machine.
    .filter(({ machine }) => !known.has(machine.vm_id) && machine.status !== 'migrated')
    .map(({ node, machine }) => `${node} has a machine of ${machine.vm_id}, which does not exist`);
  const wrong = books.vms
    .filter((vm) => SETTLED.includes(String(observedOf(vm).status)))
    .flatMap((vm) => checkVm(vm, copies, books, fleet));
  return [...orphans, ...wrong];
}

function checkVm(
  vm: Books['vms'][number],
  copies: readonly Copy[],
  books: Books,
  fleet: Fleet,
): string[] {
  const home = observedOf(vm).node;
  const own = copies.filter(({ machine }) => machine.vm_id === vm.id);
  const elsewhere = own.filter(
    ({ node, machine }) => node !== home && machine.status !== 'migrated',
  );
  const machine = own.find(({ node }) => node === home)?.machine;
  const held = books.allocations.filter(({ vm_id }) => vm_id === vm.id);
  const spec = specOf(vm, books);
  const faults = elsewhere.map(({ node }) => `${vm.id} of ${home} has a copy on ${node}`);
  if (machine === undefined) return [...faults, `${vm.id} has no machine on ${home}`];
  const { status } = observedOf(vm);
  if (machine.status !== status && !(machine.status === 'stopped' && lostPower(vm, fleet))) {
    faults.push(`${vm.id} shall be ${status} on ${home}, and its machine is ${machine.status}`);
  }
  if (!equalJson(machine.spec, spec)) {
    faults.push(`${vm.id} is ${JSON.stringify(machine.spec)}, not ${JSON.stringify(spec)}`);
  }
  const { cpu_cores, memory_mib, disk_gb } = spec;
  const amounts = { cpu_cores, memory_mib, disk_gb };
  const booked = held.map((each) => ({
    ...{ cpu_cores: each.cpu_cores, memory_mib: each.memory_mib, disk_gb: each.disk_gb },
  }));
  if (!equalJson(booked, [amounts])) {
    faults.push(`${vm.id} takes ${JSON.stringify(amounts)} and holds ${JSON.stringify(booked)}`);
  }
  return [...faults, ...checkVolumes(vm, machine, books)];
}

function lostPower(vm: Books['vms'][number], { withoutPower }: Fleet): boolean {
  return withoutPower.has(vm.id);
}

/** A volume that got stuck may be anywhere. */
function checkVolumes(vm: Books['vms'][number], machine: Machine, { volumes }: Books): string[] {
  const lost = new Set<string>(
    volumes.filter((row) => observedOf(row).status === 'failed').map(({ id }) => id),
  );
  const wanted = volumes
    .filter(({ id, attached_to }) => attached_to === vm.id && !lost.has(id))
    .map((row) => `${row.id} ${desiredOf(row).size_gb}`);
  const plugged = machine.volumes
    .filter(({ volume_id }) => !lost.has(volume_id))
    .map(({ volume_id, size_gb }) => `${volume_id} ${size_gb}`);
  if (equalJson(wanted.sort(), plugged.sort())) return [];
  return [`${vm.id} shall have the volumes [${wanted}] and has [${plugged}]`];
}

function specOf(vm: Books['vms'][number], { networks, templates }: Books): JsonObject {
  const desired = desiredOf(vm);
  const network = networks.find(({ id }) => id === desired.network_id);
  const template = templates.find(({ id }) => id === desired.template_id);
  return {
    name: vm.name,
    cpu_cores: desired.cpu_cores ?? 0,
    memory_mib: Number(desired.memory_gb) * MIB_PER_GB,
    disk_gb: desired.disk_gb ?? 0,
    template: template?.name ?? 'default',
    network:
      network === undefined
        ? null
        : { network_id: network.id, cidr: desiredOf(network).cidr ?? null },
    labels: desired.metadata ?? {},
  };
}
