/**
 * Assigns addresses to VMs: one from their network's block, held until the VM leaves it. It is the
 * one that the VM is given, or else a free one.
 */
import { createHash } from 'node:crypto';
import {
  type Cidr,
  formatIp,
  type HostRange,
  hostRange,
  parseCidr,
} from '@novacron/contract/formats/cidr';
import { NetworkSpec } from '@novacron/contract/kinds/network/network';
import type { NetworkInterface } from '@novacron/contract/kinds/vm/network-interface';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import type { NetworkRow, VmRow } from '../../../ports/tables/tables.ts';
import type { Saga } from '../../kernel/operations/saga.ts';
import { desiredAs, observedOf } from '../../rows/answer-resource.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { ResourceDeps } from '../deps.ts';
import { furtherInterfacesOf, toInterface } from './further-interfaces.ts';
import { addressTaken, checkInNetwork } from './static-address.ts';

/** The interface of a VM in its network. */
export interface VmAddress {
  readonly ip_address: string;
  readonly mac_address: string;
}

/** The address of a VM, and the part of its write that reserves and releases it. */
export interface AddressPlan {
  /** undefined without a network. */
  readonly address: VmAddress | undefined;
  readonly saga: Partial<Saga>;
}

/** The VM that needs an address. */
interface AddressRequest {
  readonly id: string;
  /** Source from which the MAC address is derived; `id` when absent. */
  readonly macOf?: string;
  readonly name: string;
  readonly network: NetworkRow | undefined;
  /** The address that it is to have; null for any. */
  readonly wanted: string | null;
  /** Addresses taken in the same commit; ids of rows. */
  readonly taken?: ReadonlySet<string>;
}

/** Its network, and the time. */
interface Scope {
  readonly deps: Pick<ResourceDeps, 'store'>;
  readonly nowMs: number;
}

/** Addresses that are tried before the whole network is read: a sparse network needs one. */
const CANDIDATES_MAX = 16;

const NOTHING: AddressPlan = { address: undefined, saga: {} };

/**
 * Chooses an address of the network: the same one for the same name as long as it is free, so that
 * a VM that is created again is found where it was, and concurrent creates seldom choose the same
 * one. Problems: `network-full` where every address is taken; `address-taken` and
 * `validation-failed` for a given address.
 */
export async function planAddress(
  { network, ...asker }: AddressRequest,
  scope: Scope,
): Promise<Result<AddressPlan, Problem>> {
  if (network === undefined) return ok(NOTHING);
  const { cidr } = desiredAs(network, NetworkSpec);
  const block = parseCidr(cidr);
  if (!block.ok) return ok(NOTHING);
  const range = hostRange(block.value);
  const { id, macOf = id, wanted } = asker;
  const chosen =
    wanted === null
      ? await findFree({ ...asker, network }, { block: block.value, range }, scope)
      : await findWanted({ ...asker, network, wanted }, block.value, scope);
  if (chosen === undefined) return err(addressesTaken(network, cidr, range));
  if (!chosen.ok) return chosen;
  const { ip_address, isHeld } = chosen.value;
  const address = { ip_address, mac_address: macAddressOf(macOf) };
  if (isHeld) return ok({ ...NOTHING, address });
  const rollback: ChangeSet = [
    { kind: 'drop', from: 'network_addresses', id: rowId(network.id, ip_address) },
  ];
  return ok({ address, saga: { reserve: reserve({ id, network, address }, scope), rollback } });
}

/**
 * Assigns a VM an address in its new network; also in the current one, where it has
 * none. Problems: those of `planAddress`.
 */
export async function moveAddress(
  change: {
    readonly row: VmRow;
    readonly after: Pick<VmSpec, 'name' | 'network_id' | 'ip_address'>;
    readonly networkAfter: NetworkRow | undefined;
  },
  scope: Scope,
): Promise<Result<AddressPlan, Problem>> {
  const { row, after, networkAfter } = change;
  const { name, ip_address: wanted } = after;
  const address = addressOf(row);
  const isAsWanted = address !== undefined && [null, address.ip_address].includes(wanted);
  if (row.network_id === after.network_id && (isAsWanted || networkAfter === undefined)) {
    return ok({ ...NOTHING, address });
  }
  const planned = await planAddress({ id: row.id, name, network: networkAfter, wanted }, scope);
  if (!planned.ok) return planned;
  const kept = [...furtherInterfacesOf(row)];
  if (networkAfter !== undefined && planned.value.address !== undefined) {
    kept.push(toInterface(networkAfter, planned.value.address));
  }
  const finalize = await releaseOthers(row.id, kept, scope);
  return ok({ ...planned.value, saga: { ...planned.value.saga, finalize } });
}

/** The address of a VM in its network; undefined where it has none, or none yet. */
export function addressOf(row: VmRow): VmAddress | undefined {
  const { ip_address: ip, mac_address: mac } = observedOf(row);
  if (typeof ip !== 'string' || typeof mac !== 'string') return undefined;
  return { ip_address: ip, mac_address: mac };
}

/**
 * The observed fields that describe the connections of a VM.
 * @param further - its interfaces besides the first one
 */
export function addressFields(
  networkId: string | null,
  address: VmAddress | undefined,
  further: readonly NetworkInterface[],
) {
  const { ip_address = null, mac_address = null } = address ?? {};
  const first = address === undefined ? [] : [{ network_id: networkId, ip_address, mac_address }];
  return { ip_address, mac_address, network_interfaces: [...first, ...further] };
}

/** Releases all addresses of a VM. */
export async function releaseAddresses(vmId: string, { deps }: Scope): Promise<ChangeSet> {
  const held = await deps.store.read({ from: 'network_addresses', where: { vm_id: vmId } });
  return held.map(({ id }) => ({ kind: 'drop', from: 'network_addresses', id }));
}

/** Releases the addresses of a VM except for those of the interfaces that it goes on to have. */
async function releaseOthers(
  vmId: string,
  kept: readonly NetworkInterface[],
  scope: Scope,
): Promise<ChangeSet> {
  const all = await releaseAddresses(vmId, scope);
  const ids = new Set(kept.map(({ network_id, ip_address }) => rowId(network_id, ip_address)));
  return all.filter((change) => change.kind !== 'drop' || !ids.has(change.id));
}

interface Found {
  readonly ip_address: string;
  readonly isHeld: boolean;
}

async function findFree(
  asker: AddressRequest & { readonly network: NetworkRow },
  { block, range }: { readonly block: Cidr; readonly range: HostRange },
  { deps }: Scope,
): Promise<Result<Found, Problem> | undefined> {
  const { id, network, taken: together = new Set() } = asker;
  const toText = (offset: bigint): string => formatIp(block.family, range.first + offset);
  const offsets = candidatesOf(`${network.id}/${asker.name}`, range.count);
  const { held, taken } = await deps.store.snapshot({
    held: { from: 'network_addresses', where: { network_id: network.id, vm_id: id } },
    taken: {
      from: 'network_addresses',
      where: { id: { in: offsets.map((offset) => rowId(network.id, toText(offset))) } },
    },
  });
  const [own] = held;
  if (own !== undefined) return ok({ ip_address: own.ip_address, isHeld: true });
  const busy = new Set(taken.map(({ ip_address }) => ip_address));
  const free = offsets
    .map(toText)
    .find((ip) => !busy.has(ip) && !together.has(rowId(network.id, ip)));
  if (free !== undefined) return ok({ ip_address: free, isHeld: false });
  const all = await deps.store.read({
    from: 'network_addresses',
    where: { network_id: network.id },
  });
  const prefix = rowId(network.id, '');
  const others = [...together].filter((row) => row.startsWith(prefix));
  const known = [
    ...all.map((row) => row.ip_address),
    ...others.map((row) => row.slice(prefix.length)),
  ];
  const ip_address = firstFree(new Set(known), range, toText);
  return ip_address === undefined ? undefined : ok({ ip_address, isHeld: false });
}

/** The given address, unless another VM has it; the guard of its row refuses two at once. */
async function findWanted(
  asker: AddressRequest & { readonly network: NetworkRow; readonly wanted: string },
  block: Cidr,
  { deps }: Scope,
): Promise<Result<Found, Problem>> {
  const { id, network, wanted, taken = new Set() } = asker;
  const refused = checkInNetwork(network, block, wanted);
  if (refused !== undefined) return err(refused);
  const row = rowId(network.id, wanted);
  const [held] = await deps.store.read({ from: 'network_addresses', where: { id: row } });
  if (held?.vm_id === id) return ok({ ip_address: wanted, isHeld: true });
  if (held === undefined && !taken.has(row)) return ok({ ip_address: wanted, isHeld: false });
  const holders = await deps.store.read({ from: 'vms', where: { id: held?.vm_id ?? '' } });
  return err(addressTaken(network, wanted, holders[0]));
}

function firstFree(
  busy: ReadonlySet<string>,
  { count }: HostRange,
  toText: (offset: bigint) => string,
): string | undefined {
  for (let offset = 0n; offset < count && offset <= busy.size; offset += 1n) {
    if (!busy.has(toText(offset))) return toText(offset);
  }
  return undefined;
}

/** Offsets derived from a text, spread evenly over the block. */
function candidatesOf(text: string, count: bigint): bigint[] {
  const digest = createHash('sha512').update(text).digest();
  return Array.from(
    { length: CANDIDATES_MAX },
    (_, index) => BigInt(digest.readUInt32BE(4 * index)) % count,
  );
}

/** Locally administered and individual (IEEE 802): the second lowest bit is 1, the lowest 0. */
const MAC_FIRST_BYTE = { clear: 0b1111_1100, set: 0b0000_0010 } as const;

const MAC_BYTES = 6;

/** The address of a VM's interface: the same for its whole life, in any network. */
function macAddressOf(vmId: string): string {
  const bytes = createHash('sha256').update(vmId).digest().subarray(0, MAC_BYTES);
  const { clear, set } = MAC_FIRST_BYTE;
  bytes[0] = ((bytes[0] ?? 0) & clear) | set;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function rowId(networkId: string, ip: string): string {
  return `${networkId}/${ip}`;
}

function reserve(
  {
    id,
    network,
    address,
  }: Pick<AddressRequest, 'id'> & {
    readonly network: NetworkRow;
    readonly address: VmAddress;
  },
  { nowMs }: Scope,
): ChangeSet {
  return [
    {
      kind: 'insert',
      into: 'network_addresses',
      row: {
        id: rowId(network.id, address.ip_address),
        tenant_id: network.tenant_id,
        network_id: network.id,
        vm_id: id,
        ...address,
        created_at_ms: nowMs,
      },
      otherwise: replan(`The address ${address.ip_address}`),
    },
    {
      kind: 'require-none',
      of: 'network_addresses',
      where: { mac_address: address.mac_address, vm_id: { not: id } },
      otherwise: replan(`The address ${address.mac_address}`),
    },
  ];
}

function addressesTaken(network: NetworkRow, cidr: string, { count }: HostRange): Problem {
  const have = count === 1n ? 'its 1 address is' : `all of its ${count} addresses are`;
  return problem('network-full', {
    detail: `The network ${network.name} (${cidr}) has no free address: ${have} taken.`,
    remedy: 'Connect the VM to another network, or delete VMs of this one.',
    fields: [{ path: ['network_id'], message: `has no free address: ${have} taken` }],
    data: { resource_id: network.id },
  });
}
