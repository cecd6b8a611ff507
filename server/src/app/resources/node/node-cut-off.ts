/** Shared storages that have cut off a node, and the VMs that this releases. */
import { NodeCutOff } from '@novacron/contract/fleet/node';
import { canonicalJson } from '@novacron/contract/json';
import type { StorageFence } from '../../../ports/storage-fences.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { ResourceDeps } from '../deps.ts';
import { leaseFenceOf } from './isolation-guard.ts';
import { isFencedOn } from './node-fence.ts';

/** Reads it; undefined for a node that no storage was ordered to cut off. */
export function cutOffOf({ cut_off_json }: Pick<NodeRow, 'cut_off_json'>): NodeCutOff | undefined {
  return cut_off_json === null ? undefined : NodeCutOff.parse(parseStored(cut_off_json));
}

/** Serializes a cut-off for the store. */
export function cutOffText(cutOff: NodeCutOff): string {
  const { at, by, reason } = cutOff;
  const pools = cutOff.pools.map(({ pool, state }) => ({ pool, state }));
  return canonicalJson({ at, by, reason, pools });
}

/** The storages of which a reading has said that they take no writes of a node. */
export function poolsCutOff(row: Pick<NodeRow, 'cut_off_json'>): ReadonlySet<string> {
  const pools = cutOffOf(row)?.pools ?? [];
  return new Set(pools.flatMap(({ pool, state }) => (state === 'confirmed' ? [pool] : [])));
}

/**
 * Whether a lost node can do nothing more with a VM: it is known to be off, it has stopped the VM
 * itself as it was isolated, or all disks of the VM are in storages that have cut it off.
 * @param vm.pools - the storages of all its disks; undefined: one is in storage of the node alone
 */
export function givesAway(
  row: NodeRow,
  vm: { readonly id: string; readonly pools: readonly string[] | undefined },
): boolean {
  return isFencedOn(row, vm.id) || isCovered(vm.pools, poolsCutOff(row));
}

/** After this time a failure that was fenced has no cause in common with a new one. Unit: ms. */
const SETTLED_MS = 600_000;

/** Whether a lost node was cut off, or has stopped its VMs as it was isolated, some time ago. */
export function isSettled(row: NodeRow, nowMs: number): boolean {
  const cutOff = poolsCutOff(row).size > 0 ? cutOffOf(row)?.at : undefined;
  const fences = [cutOff, leaseFenceOf(row)?.at];
  return fences.some((at) => at !== undefined && nowMs - Date.parse(at) >= SETTLED_MS);
}

/** Whether all disks of a VM are in some storages. @param pools - as for {@link givesAway} */
export function isCovered(pools: readonly string[] | undefined, cut: ReadonlySet<string>): boolean {
  return pools !== undefined && pools.length > 0 && pools.every((pool) => cut.has(pool));
}

/** The storage fences for the storages that a node uses and shares, by the id of the storage. */
export function findStorageFences(
  { fenceDevices }: Pick<ResourceDeps, 'fenceDevices'>,
  row: NodeRow,
): readonly StorageFence[] {
  const fences = fenceDevices?.storages?.list(row.name) ?? [];
  if (fences.length === 0) return [];
  const shared = sharedPools(row);
  const found = fences.filter(({ pool }) => shared.has(pool));
  return found.sort((left, right) => (left.pool < right.pool ? -1 : 1));
}

function sharedPools(row: NodeRow): ReadonlySet<string> {
  const storage = readFacts(row)?.storage;
  if (storage === undefined) return new Set();
  const all = [storage, ...Object.values(storage.classes ?? {})];
  return new Set(all.flatMap(({ pool, sharing }) => (sharing === 'shared' ? [pool] : [])));
}
