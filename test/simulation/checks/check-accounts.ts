/** Invariants after every commit: no VM has more than is booked, nothing is overbooked. */
import type { JsonObject } from '@novacron/contract/json';
import { type Accounts, desiredOf, networkIdsOf, sumOf } from './books.ts';

const AMOUNTS = ['cpu_cores', 'memory_mib', 'disk_gb'] as const;

/** @returns a sentence for each disagreement */
export function checkAccounts(accounts: Accounts): string[] {
  return [
    ...checkNodes(accounts),
    ...checkAllocations(accounts),
    ...checkPools(accounts),
    ...checkConnections(accounts),
    ...checkNames(accounts),
    ...checkTenants(accounts),
    ...checkReservations(accounts),
  ];
}

function checkNodes({ nodes, allocations }: Accounts): string[] {
  return nodes.flatMap((node) => {
    const held = allocations.filter(({ node_id }) => node_id === node.id);
    const wrong = AMOUNTS.flatMap((column) => {
      const [used, sum] = [node[`${column}_used`], sumOf(held, column)];
      if (used !== sum) return [`${node.name} books ${used} ${column}, allocations are ${sum}`];
      if (used <= node[column]) return [];
      return [`${node.name} has ${node[column]} ${column}, and ${used} of them are used`];
    });
    if (node.vm_count === held.length) return wrong;
    return [...wrong, `${node.name} counts ${node.vm_count} VMs of ${held.length}`];
  });
}

/** One allocation for each VM; a second one on another node while it moves, or got stuck moving. */
function checkAllocations({ vms, nodes, allocations, reservations, standbys }: Accounts): string[] {
  const rooms = standbys.map(({ allocation_id: id }) => ({ id }));
  const known = new Set<string | null>([...vms, ...reservations, ...rooms].map(({ id }) => id));
  const orphans = allocations
    .filter(({ vm_id }) => !known.has(vm_id))
    .map(({ id, vm_id }) => `${id} is for ${vm_id}, which does not exist`);
  const wrong = vms.flatMap((vm) => {
    const held = allocations.filter(({ vm_id }) => vm_id === vm.id);
    const places = new Set(held.map(({ node_id }) => node_id));
    const { node, status } = JSON.parse(vm.observed_json);
    const home = nodes.find(({ name }) => name === node);
    if (home === undefined || !places.has(home.id)) return [`${vm.id} holds nothing on ${node}`];
    if (places.size !== held.length) return [`${vm.id} holds twice on one node`];
    const most = vm.busy_operation_id !== null || status === 'unknown' ? 2 : 1;
    return held.length <= most ? [] : [`${vm.id} (${status}) holds ${held.length} allocations`];
  });
  return [...orphans, ...wrong];
}

/** A reservation holds what it says, once, where it says. */
function checkReservations({ reservations, allocations }: Accounts): string[] {
  return reservations.flatMap((room) => {
    const held = allocations.filter(({ vm_id }) => vm_id === room.id);
    const isRight = held.every(
      (each) =>
        each.id === room.allocation_id &&
        each.node_id === room.node_id &&
        AMOUNTS.every((column) => each[column] === room[column]),
    );
    return held.length === 1 && isRight ? [] : [`${room.id} holds ${JSON.stringify(held)}`];
  });
}

/** Growth is booked with the wish, and a failed wish is taken back with its booking. */
function checkPools({ pools, volumes, snapshots }: Accounts): string[] {
  return pools.flatMap(({ id, size_gb, size_gb_used }) => {
    const specs = volumes.map(desiredOf).filter(({ type }) => type === id);
    const kept = snapshots.filter(({ pool }) => pool === id);
    const sum = sumOf(kept, 'size_gb') + specs.reduce((all, spec) => all + Number(spec.size_gb), 0);
    if (size_gb_used !== sum) return [`pool ${id} books ${size_gb_used} GB, used are ${sum}`];
    return size_gb_used <= size_gb ? [] : [`pool ${id} is overbooked`];
  });
}

/** While a VM changes its network it is counted at both. */
function checkConnections({ networks, vms }: Accounts): string[] {
  const known = new Set(networks.map(({ id }) => id));
  const lost = vms
    .filter(({ network_id }) => network_id !== null && !known.has(network_id))
    .map(({ id, network_id }) => `${id} is on ${network_id}, which does not exist`);
  const wrong = networks.flatMap((network) => {
    const connected = vms.filter((vm) => networkIdsOf(vm).includes(network.id)).length;
    if (network.vm_count >= connected) return [];
    return [`${network.id} counts ${network.vm_count} VMs of ${connected}`];
  });
  return [...lost, ...wrong];
}

/**
 * Checks that tenants are charged for exactly the resources they have; a VM counts once while it is
 * in two places.
 */
function checkTenants(accounts: Accounts): string[] {
  return accounts.quotas.flatMap((row) => {
    const isOwn = ({ tenant_id }: { readonly tenant_id: string }) => tenant_id === row.id;
    const vms = accounts.vms.filter(isOwn);
    const held = vms.flatMap((vm) => {
      const home = accounts.nodes.find(({ name }) => name === JSON.parse(vm.observed_json).node);
      const isHere = ({ vm_id, node_id }: (typeof accounts.allocations)[number]) =>
        vm_id === vm.id && node_id === home?.id;
      return accounts.allocations.filter(isHere);
    });
    const rooms = accounts.reservations.filter(isOwn);
    const taken = [...held, ...rooms, ...accounts.standbys.filter(isOwn)];
    const volumes = accounts.volumes.filter(isOwn).map(desiredOf);
    const snapshots = accounts.snapshots.filter(isOwn);
    const counts = {
      vms: vms.length + rooms.length,
      cpu_cores: sumOf(taken, 'cpu_cores'),
      memory_mib: sumOf(taken, 'memory_mib'),
      disk_gb: sumOf(taken, 'disk_gb'),
      volumes: volumes.length,
      volume_gb: sumOf(snapshots, 'size_gb') + volumes.reduce(sumSize, 0),
      snapshots: snapshots.length,
      networks: accounts.networks.filter(isOwn).length,
      policies: accounts.policies.filter(isOwn).length,
    };
    return Object.entries(counts).flatMap(([name, count]) => {
      const used = Object.entries(row).find(([column]) => column === `${name}_used`)?.[1];
      return used === count ? [] : [`${row.id} is charged ${used} ${name} and has ${count}`];
    });
  });
}

function sumSize(sum: number, { size_gb }: JsonObject): number {
  return sum + Number(size_gb);
}

function checkNames({ vms, networks, volumes, snapshots }: Accounts): string[] {
  return [vms, networks, volumes, snapshots].flatMap((rows) => {
    const seen = new Set<string>();
    return rows.flatMap(({ tenant_id, name, desired_json }) => {
      const key = `${tenant_id}/${name}`;
      const faults = seen.has(key) ? [`${key} exists twice`] : [];
      seen.add(key);
      const wanted = JSON.parse(desired_json).name;
      return wanted === name ? faults : [...faults, `${key} should be called ${wanted}`];
    });
  });
}
