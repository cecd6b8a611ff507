/** Machines against the books. */
import type { Machine } from '@novacron/contract/agent/machine';
import { equalJson, type JsonObject } from '@novacron/contract/json';
import type { SimulatedFleet } from '../world/simulated-fleet.ts';
import { type Accounts, type Books, desiredOf, networkIdsOf, observedOf, sumOf } from './books.ts';

const MIB_PER_GB = 1_024;

const AMOUNTS = ['cpu_cores', 'memory_mib', 'disk_gb'] as const;

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

/** A VM and the name of a node where it holds room. */
function bookingsOf({
  allocations,
  nodes,
}: Pick<Accounts, 'allocations' | 'nodes'>): ReadonlySet<string> {
  const names = new Map<string, string>(nodes.map(({ id, name }) => [id, name]));
  return new Set(allocations.map((each) => `${each.vm_id} ${names.get(each.node_id)}`));
}

/**
 * Checks that at every moment no VM runs twice, and each running VM has its capacity booked on its
 * node.
 * @returns a sentence for each disagreement
 */
export function checkRunning(fleet: Fleet, { allocations, nodes }: Accounts): string[] {
  const running = copiesIn(fleet).filter(({ machine }) => machine.status === 'running');
  const booked = bookingsOf({ allocations, nodes });
  const seen = new Map<string, string>();
  return running.flatMap(({ node, machine: { vm_id } }) => {
    const other = seen.get(vm_id);
    seen.set(vm_id, node);
    if (other !== undefined) return [`${vm_id} runs on ${other} and on ${node}`];
    return booked.has(`${vm_id} ${node}`) ? [] : [`${vm_id} runs on ${node} without a booking`];
  });
}

/**
 * Finds machines on nodes without a booking there. NovaCron cleans up behind its operations, so
 * none remain when nothing is in progress.
 * @returns a sentence for each
 */
export function findLeftovers(fleet: Fleet, { allocations, nodes }: Accounts): string[] {
  const booked = bookingsOf({ allocations, nodes });
  return copiesIn(fleet)
    .filter(({ node, machine }) => !booked.has(`${machine.vm_id} ${node}`))
    .map(({ node, machine }) => `${machine.vm_id} is ${machine.status} on ${node} without a VM`);
}

/**
 * Checks, when nothing is in progress, that each VM has its machine in the desired state and each
 * machine has its VM. Stuck VMs are excluded: they need manual action.
 * @returns a sentence for each disagreement
 */
export function checkMachines(fleet: Fleet, books: Books): string[] {
  const copies = copiesIn(fleet);
  const wrong = books.vms
    .filter((vm) => SETTLED.includes(String(observedOf(vm).status)))
    .flatMap((vm) => checkVm(vm, copies, books, fleet));
  return [...findLeftovers(fleet, books), ...wrong];
}

function checkVm(
  vm: Books['vms'][number],
  copies: readonly Copy[],
  books: Books,
  fleet: Fleet,
): string[] {
  const { node: home, status } = observedOf(vm);
  const own = copies.filter(({ machine }) => machine.vm_id === vm.id);
  const machine = own.find(({ node }) => node === home)?.machine;
  if (machine === undefined) return [`${vm.id} has no machine on ${home}`];
  const isOff = machine.status === 'stopped' && fleet.withoutPower.has(vm.id);
  const power =
    machine.status === status || isOff
      ? []
      : [`${vm.id} should be ${status} on ${home}, and its machine is ${machine.status}`];
  return [...power, ...checkSize(vm, machine, books), ...checkVolumes(vm, machine, books)];
}

/** A change that got stuck may have been made or not: until the next one both sizes are held. */
function checkSize(vm: Books['vms'][number], machine: Machine, books: Books): string[] {
  const isUncertain = books.operations.some(
    ({ target_id, kind, status }) =>
      target_id === vm.id && kind === 'vm.update' && status === 'stuck',
  );
  const spec = specOf(vm, books);
  const held = books.allocations.filter(({ vm_id }) => vm_id === vm.id);
  const holdsLess = AMOUNTS.some((name) => sumOf(held, name) < machine.spec[name]);
  const holdsMore = AMOUNTS.some((name) => sumOf(held, name) > machine.spec[name]);
  const isAsWanted = equalJson(machine.spec, spec);
  if (!holdsLess && (isUncertain || (isAsWanted && !holdsMore))) return [];
  const words = [machine.spec, spec, held].map((each) => JSON.stringify(each));
  return [`${vm.id} is ${words[0]}, should be ${words[1]} and holds ${words[2]}`];
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
  return [`${vm.id} should have the volumes [${wanted}] and has [${plugged}]`];
}

/** Its interfaces besides the first one, with the blocks of their networks. */
function furtherOf(vm: Books['vms'][number], networks: Books['networks']): JsonObject {
  const ids = networkIdsOf(vm).filter((id) => id !== vm.network_id);
  if (ids.length === 0) return {};
  const { network_interfaces: all } = observedOf(vm);
  const interfaces = Array.isArray(all) ? all.map((each) => Object(each)) : [];
  const further_networks = ids.map((id) => {
    const network = networks.find((row) => row.id === id);
    const cidr = network === undefined ? null : (desiredOf(network).cidr ?? null);
    return { ...interfaces.find(({ network_id }) => network_id === id), cidr };
  });
  return { further_networks };
}

function specOf(vm: Books['vms'][number], { networks, templates }: Books): JsonObject {
  const desired = desiredOf(vm);
  const network = networks.find(({ id }) => id === desired.network_id);
  const template = templates.find(({ id }) => id === desired.template_id);
  const { ip_address, mac_address } = observedOf(vm);
  const address =
    typeof ip_address === 'string' ? { ip_address, mac_address: mac_address ?? null } : {};
  return {
    name: vm.name,
    cpu_cores: desired.cpu_cores ?? 0,
    memory_mib: Number(desired.memory_gb) * MIB_PER_GB,
    disk_gb: desired.disk_gb ?? 0,
    template: template?.name ?? 'default',
    network:
      network === undefined
        ? null
        : { network_id: network.id, cidr: desiredOf(network).cidr ?? null, ...address },
    ...furtherOf(vm, networks),
    labels: desired.metadata ?? {},
    priority: desired.priority ?? 50,
    guest: { ssh_keys: desired.ssh_keys ?? [], user_data: null, password: null },
  };
}
