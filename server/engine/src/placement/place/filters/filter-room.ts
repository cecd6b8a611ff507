/** Filters by what a node has free. */

import { keysOf } from '@novacron/contract/closed-table';
import type { Filter } from '../model/rule.ts';
import { assignCells, cellsOf } from '../resources/assign-cells.ts';
import { assignDevices } from '../resources/assign-devices.ts';
import { AMOUNT_KEYS, DIMENSIONS, findShortage } from '../resources/find-shortage.ts';

/** Rejects a node whose amounts are not numbers: no capacity can be promised from them. */
export const filterBrokenFigures: Filter = ({ capacity, used }) => {
  for (const dimension of DIMENSIONS) {
    const key = AMOUNT_KEYS[dimension];
    if (!Number.isFinite(capacity[key])) {
      return { reason: 'broken-figures', figure: `${dimension} capacity` };
    }
    if (!Number.isFinite(used[key]))
      return { reason: 'broken-figures', figure: `${dimension} use` };
  }
  return undefined;
};

/** Rejects a node with too few free cores. */
export const filterCpu: Filter = (node, { vm }) =>
  findShortage({ dimension: 'cpu', node, asked: vm });

/** Rejects a node with too little free memory. */
export const filterMemory: Filter = (node, { vm }) =>
  findShortage({ dimension: 'memory', node, asked: vm });

/** Rejects a node with too little free disk space. */
export const filterDisk: Filter = (node, { vm }) =>
  findShortage({ dimension: 'disk', node, asked: vm });

/** Rejects a node with too little of a disk class or of bandwidth; one without any has none. */
export const filterPool: Filter = ({ pools }, { vm, unknownFacts }) => {
  if (vm.pools === undefined) return undefined;
  for (const pool of keysOf(vm.pools)) {
    const asked = vm.pools[pool] ?? 0;
    const isUnknown = pools?.[pool] === undefined;
    if (isUnknown && unknownFacts === 'accept') continue;
    const { capacity, used } = pools?.[pool] ?? { capacity: 0, used: 0 };
    const left = Math.max(0, capacity - used);
    if (asked === 0 || used + asked <= capacity) continue;
    const reason = pool === 'bandwidth' ? 'bandwidth' : 'disk-class';
    const unknown = isUnknown && unknownFacts === 'refuse' ? ({ unknown: 'yes' } as const) : {};
    return { reason, pool, lacking: asked - left, left, ...unknown };
  }
  return undefined;
};

/** Rejects a node that cannot give all of the devices asked for at once. */
export const filterDevice: Filter = ({ devices }, { vm, unknownFacts }) => {
  const [first] = vm.devices ?? [];
  if (first === undefined || assignDevices(devices, vm.devices) !== undefined) return undefined;
  const isUnknown = devices === undefined && unknownFacts !== undefined;
  const unknown = isUnknown ? ({ unknown: 'yes' } as const) : {};
  return { reason: 'device', kind: first.kind, count: first.count, ...unknown };
};

/**
 * Rejects a node whose cells cannot hold a VM that is bound to cells, or pinned to cores. A node
 * that does not say its cells counts as one cell, but a new VM does not rely on that.
 */
export const filterNuma: Filter = (node, { vm, unknownFacts }) => {
  if (node.numaCells === undefined) {
    if (unknownFacts === 'accept') return undefined;
    if (unknownFacts === 'refuse' && (vm.numa === 'single' || vm.pinning === 'dedicated')) {
      return { reason: 'numa', largestCores: 0, unknown: 'yes' };
    }
  }
  if (assignCells(node, vm) !== undefined) return undefined;
  const largestCores = Math.max(
    0,
    ...cellsOf(node).map((cell) => cell.cpuCores - cell.cpuCoresUsed),
  );
  return { reason: 'numa', largestCores };
};
