/** Consistency checks for when no operation runs: books, resources and machines. */
import type { Machine } from '@novacron/contract/agent/machine';
import { equalJson } from '@novacron/contract/json';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import {
  countUsage,
  readCountedBooks,
} from '@novacron/server/app/platform/usage-counts/count-usage';
import {
  groupsNamed,
  machineFirewallOf,
  toGuardGroup,
} from '@novacron/server/app/resources/security-group/vm-firewall';
import type { Store } from '@novacron/server/ports/store';
import type { Tables } from '@novacron/server/ports/tables/tables';

/** Inputs of the consistency checks. */
export interface Looked {
  readonly store: Store;
  /** Machines by name of their node. */
  readonly machines: ReadonlyMap<string, readonly Machine[]>;
}

interface Books {
  readonly nodes: readonly Tables['nodes'][];
  readonly allocations: readonly Tables['allocations'][];
  readonly vms: readonly Tables['vms'][];
  readonly volumes: readonly Tables['volumes'][];
  readonly snapshots: readonly Tables['snapshots'][];
  readonly groups: readonly Tables['security_groups'][];
  readonly templates: readonly Tables['tenant_templates'][];
  readonly networks: readonly Tables['networks'][];
  readonly addresses: readonly Tables['network_addresses'][];
  readonly pools: readonly Tables['storage_pools'][];
  readonly rules: readonly Tables['rule_versions'][];
  readonly operations: readonly Tables['operations'][];
  readonly reservations: readonly Tables['reservations'][];
  readonly standbys: readonly Tables['standbys'][];
}

/** @returns a sentence for each disagreement */
export async function findFaults({ store, machines }: Looked): Promise<string[]> {
  const books: Books = await store.snapshot({
    nodes: { from: 'nodes' },
    allocations: { from: 'allocations' },
    vms: { from: 'vms' },
    volumes: { from: 'volumes' },
    snapshots: { from: 'snapshots' },
    groups: { from: 'security_groups' },
    templates: { from: 'tenant_templates' },
    networks: { from: 'networks' },
    addresses: { from: 'network_addresses' },
    pools: { from: 'storage_pools' },
    rules: { from: 'rule_versions' },
    reservations: { from: 'reservations' },
    standbys: { from: 'standbys' },
    // None runs what waits for a person.
    operations: {
      from: 'operations',
      where: { status: { in: ['running', 'undoing'] }, owner: { not: 'waiting' } },
    },
  });
  return [
    ...books.operations.map(({ id }) => `${id} still runs`),
    ...findBusy(books),
    ...books.nodes.flatMap((node) => findNodeFaults(node, books)),
    ...books.vms.flatMap((vm) => findVmFaults(vm, books, machines)),
    ...findPoolFaults(books),
    ...findNetworkFaults(books),
    ...findTemplateFaults(books),
    ...findAddressFaults(books, machines),
    ...findFirewallFaults(books, machines),
    ...findOrphans(books, machines),
    ...(await findUncounted(store)),
    ...(await findUnbudgeted(store)),
  ];
}

/** Compares the quota usage of tenants with their resources. */
async function findUncounted(store: Store): Promise<string[]> {
  const books = await readCountedBooks(store);
  const usage = countUsage(books);
  return books.quotas.flatMap((row) => {
    const columns = Object.entries(usage.get(row.id) ?? {});
    const charged = new Map<string, unknown>(Object.entries(row));
    return columns
      .filter(([name, count]) => charged.get(`${name}_used`) !== count)
      .map(
        ([name, count]) =>
          `${row.id} is charged ${charged.get(`${name}_used`)} ${name}, has ${count}`,
      );
  });
}

/** Compares the rates of tenants, which budgets limit, with their charges. */
async function findUnbudgeted(store: Store): Promise<string[]> {
  const rates = await store.read({ from: 'tenant_rates' });
  const sums = await store.tally({ from: 'charges', by: ['tenant_id'], sum: ['full_rate'] });
  const charged = new Map(sums.map(({ values: [id], sums: [sum] }) => [id, sum]));
  return rates
    .filter(({ id, rate }) => (charged.get(id) ?? 0) !== rate)
    .map(({ id, rate }) => `${id} is counted at ${rate} per hour, has ${charged.get(id)}`);
}

function findBusy({ vms, groups, networks, volumes, snapshots }: Books): string[] {
  return [...vms, ...groups, ...networks, ...volumes, ...snapshots]
    .filter((row) => row.busy_operation_id !== null)
    .map((row) => `${row.name} is held by ${row.busy_operation_id}`);
}

const AMOUNTS = ['cpu_cores', 'memory_mib', 'disk_gb'] as const;

function sum<Column extends string>(
  rows: readonly { readonly [C in Column]: unknown }[],
  column: Column,
): number {
  return rows.reduce((total, row) => total + Number(row[column]), 0);
}

function findNodeFaults(node: Tables['nodes'], { allocations }: Books): string[] {
  const held = allocations.filter((allocation) => allocation.node_id === node.id);
  const wrong = AMOUNTS.filter((column) => node[`${column}_used`] !== sum(held, column)).map(
    (column) =>
      `${node.name} counts ${node[`${column}_used`]} ${column}, allocated are ${sum(held, column)}`,
  );
  const over = AMOUNTS.filter(
    (column) => node[`${column}_used`] < 0 || node[`${column}_used`] > node[column],
  ).map((column) => `${node.name} uses ${node[`${column}_used`]} of ${node[column]} ${column}`);
  const count =
    node.vm_count === held.length
      ? []
      : [`${node.name} counts ${node.vm_count} VMs, not ${held.length}`];
  return [...wrong, ...over, ...count];
}

function findVmFaults(
  vm: Tables['vms'],
  { allocations, nodes, volumes }: Books,
  machines: Looked['machines'],
): string[] {
  const { node, status } = JSON.parse(vm.observed_json);
  const desired = JSON.parse(vm.desired_json);
  const held = allocations.filter((allocation) => allocation.vm_id === vm.id);
  const home = nodes.find((each) => each.name === node);
  const faults = held.some((each) => each.node_id === home?.id)
    ? []
    : [`${vm.name} has no allocation on ${node}`];
  // After a change that could not be undone a person has to look; its room is kept.
  if (status !== 'running' && status !== 'stopped' && status !== 'preempted') return faults;
  const [allocation] = held;
  if (held.length !== 1) faults.push(`${vm.name} has ${held.length} allocations`);
  // Who was preempted holds its disk alone until it starts, also where it is turned off meanwhile.
  const gaveUp = status === 'preempted' || (status === 'stopped' && allocation?.cpu_cores === 0);
  if (
    allocation?.cpu_cores !== (gaveUp ? 0 : desired.cpu_cores) ||
    allocation?.memory_mib !== (gaveUp ? 0 : desired.memory_gb * 1024) ||
    allocation?.disk_gb !== desired.disk_gb
  ) {
    faults.push(`${vm.name} is ${vm.desired_json} and holds ${JSON.stringify(allocation)}`);
  }
  const copies = [...machines].flatMap(([at, list]) =>
    list.filter(({ vm_id }) => vm_id === vm.id).map((machine) => ({ at, machine })),
  );
  const alive = copies.filter(({ machine }) => machine.status === (gaveUp ? 'stopped' : status));
  if (alive.length !== 1 || alive[0]?.at !== node) {
    const places = copies.map(({ at, machine }) => `${machine.status} on ${at}`).join(', ');
    faults.push(`${vm.name} should be ${status} on ${node} and is ${places || 'nowhere'}`);
  }
  const spec = alive[0]?.machine.spec;
  if (spec?.cpu_cores !== desired.cpu_cores || spec?.disk_gb !== desired.disk_gb) {
    faults.push(`${vm.name} is ${vm.desired_json}, its machine is ${JSON.stringify(spec)}`);
  }
  const wanted = volumes
    .filter((volume) => volume.attached_to === vm.id && isSettled(volume))
    .map((volume) => `${volume.id} of ${JSON.parse(volume.desired_json).size_gb}`);
  const attached = alive[0]?.machine.volumes.map((each) => `${each.volume_id} of ${each.size_gb}`);
  const missing = wanted.filter((each) => attached?.includes(each) !== true);
  return [...faults, ...missing.map((volume) => `${vm.name} has not ${volume} GB`)];
}

function isSettled(volume: Tables['volumes']): boolean {
  return JSON.parse(volume.observed_json).status !== 'failed';
}

function findPoolFaults({ pools, volumes, snapshots }: Books): string[] {
  const specs = volumes.map((volume) => JSON.parse(volume.desired_json));
  return pools.flatMap((pool) => {
    const taken = [
      ...specs.filter(({ type }) => type === pool.id),
      ...snapshots.filter((snapshot) => snapshot.pool === pool.id),
    ];
    const inside = sum(taken, 'size_gb');
    return pool.size_gb_used === inside
      ? []
      : [`pool ${pool.id} counts ${pool.size_gb_used} GB, its volumes have ${inside}`];
  });
}

function findNetworkFaults({ networks, vms }: Books): string[] {
  return networks.flatMap((network) => {
    const connected = vms.filter((vm) => networkIdsOf(vm).includes(network.id)).length;
    return network.vm_count === connected
      ? []
      : [`${network.name} counts ${network.vm_count} VMs, connected are ${connected}`];
  });
}

/** Returns all networks that a VM is connected to. */
function networkIdsOf({ network_id, desired_json }: Books['vms'][number]): readonly string[] {
  return [...(network_id === null ? [] : [network_id]), ...furtherIdsOf(desired_json)];
}

function furtherIdsOf(text: string): readonly string[] {
  return JSON.parse(text).further_network_ids ?? [];
}

/** A VM has its recorded address, its machine has the same, and no other VM has it. */
function findAddressFaults({ vms, addresses }: Books, machines: Looked['machines']): string[] {
  const known = new Set<string>(vms.map(({ id }) => id));
  const orphans = addresses.filter(({ vm_id }) => !known.has(vm_id));
  const wrong = vms.filter((vm) => {
    const { ip_address, network_interfaces, status, node } = JSON.parse(vm.observed_json);
    const interfaces: { network_id: string; ip_address: string }[] = network_interfaces ?? [];
    if (status !== 'running' && status !== 'stopped') return false;
    const held = addresses.filter(({ vm_id }) => vm_id === vm.id);
    const said = held.map(({ network_id, ip_address: ip }) => `${network_id}/${ip}`);
    const further = interfaces.slice(1).map((each) => `${each.network_id}/${each.ip_address}`);
    const first = vm.network_id === null ? [] : [`${vm.network_id}/${ip_address}`];
    const wanted = [...first, ...further];
    const machine = machines.get(node)?.find(({ vm_id }) => vm_id === vm.id);
    const isSame = machine?.spec.network?.ip_address === (ip_address ?? undefined);
    return !isSame || JSON.stringify(said.sort()) !== JSON.stringify(wanted.sort());
  });
  return [
    ...orphans.map(({ id, vm_id }) => `${id} is of ${vm_id}, which does not exist`),
    ...wrong.map(({ name }) => `${name} has other addresses than it is said to have`),
  ];
}

/** Counts of templates that do not agree with their VMs. */
function findTemplateFaults({ templates, vms }: Books): string[] {
  const used = vms.map((vm) => VmSpec.parse(JSON.parse(vm.desired_json)).template_id as string);
  return templates.flatMap(({ id, name, vm_count }) => {
    const there = used.filter((template) => template === id).length;
    return vm_count === there ? [] : [`${name} counts ${vm_count} VMs, there are ${there}`];
  });
}

/** Counts of groups that do not agree with their users, and machines that are not guarded so. */
function findFirewallFaults({ groups, vms }: Books, machines: Looked['machines']): string[] {
  const specs = vms.map((vm) => ({ vm, spec: VmSpec.parse(JSON.parse(vm.desired_json)) }));
  const uses = groups.flatMap((group) => {
    const having = specs.filter(({ spec }) => spec.security_groups?.some((id) => id === group.id));
    const lists = [
      ...specs.map(({ spec }) => spec.firewall_rules ?? []),
      ...groups.filter(({ id }) => id !== group.id).map((each) => toGuardGroup(each).rules),
    ];
    const naming = lists.filter((rules) => groupsNamed(rules).includes(group.id));
    const counted = `${group.vm_count} VMs and ${group.named_count} names`;
    const there = `${having.length} VMs and ${naming.length} names`;
    return counted === there ? [] : [`${group.name} counts ${counted}, there are ${there}`];
  });
  const unguarded = specs.flatMap(({ vm, spec }) => {
    const { node, status } = JSON.parse(vm.observed_json);
    if (status !== 'running' && status !== 'stopped') return [];
    const machine = machines.get(node)?.find(({ vm_id }) => vm_id === vm.id);
    const wanted = machineFirewallOf(spec, groups);
    if (machine === undefined || equalJson(machine.spec.firewall, wanted)) return [];
    return [`${vm.name} has another firewall: ${JSON.stringify(machine.spec.firewall)}`];
  });
  return [...uses, ...unguarded];
}

/** Finds objects whose owner no longer exists. */
function findOrphans(books: Books, machines: Looked['machines']): string[] {
  const vms = new Set<string>(books.vms.map(({ id }) => id));
  const standbys = books.standbys.flatMap(({ allocation_id: id }) => id ?? []);
  const reservations = new Set([...standbys, ...books.reservations.map(({ id }) => id)]);
  return [
    ...books.allocations
      .filter(({ vm_id }) => !vms.has(vm_id) && !reservations.has(vm_id))
      .map(({ id, vm_id }) => `${id} is for ${vm_id}, which does not exist`),
    ...books.rules
      .filter(({ id }) => id.startsWith('vm-attachments/') && !vms.has(id.split('/')[1] ?? ''))
      .map(({ id }) => `the rule ${id} is left over`),
    ...[...machines].flatMap(([node, list]) =>
      list
        // What a node failed to tidy up after a migration gives way to the next machine.
        .filter(({ vm_id, status }) => !vms.has(vm_id) && status !== 'migrated')
        .map(({ vm_id }) => `${node} has a machine of ${vm_id}, which does not exist`),
    ),
  ];
}
