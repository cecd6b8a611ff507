/**
 * Measures what nodes have left when the largest of them are lost. It is a bound over sums: VMs may
 * still not fit, as `planLoss` finds out for each of them.
 */

/** Amounts of a node. */
export interface RoomAmounts {
  readonly cpuCores: number;
  readonly memoryMib: number;
}

/** Capacity and usage of a node. */
export interface NodeRoom {
  readonly capacity: RoomAmounts;
  readonly used: RoomAmounts;
}

/**
 * Measures the room.
 * @param nodes - the nodes that VMs may start on
 * @param lost - how many of them are lost at once, 0 or more
 * @returns what is free on the others after the VMs of the lost nodes have started there, at worst,
 * for each amount by itself; below 0 where it is too little
 * @example measureRoom(nodes, 1).memoryMib >= 0 // the loss of any node leaves enough memory
 */
export function measureRoom(nodes: readonly NodeRoom[], lost: number): RoomAmounts {
  return {
    cpuCores: leftOf(nodes, lost, ({ cpuCores }) => cpuCores),
    memoryMib: leftOf(nodes, lost, ({ memoryMib }) => memoryMib),
  };
}

/**
 * A lost node takes away what is free on it, and what its VMs use is taken elsewhere: together its
 * capacity. So the worst loss is that of the largest nodes.
 */
function leftOf(
  nodes: readonly NodeRoom[],
  lost: number,
  amountOf: (amounts: RoomAmounts) => number,
): number {
  const free = nodes.reduce(
    (sum, { capacity, used }) => sum + amountOf(capacity) - amountOf(used),
    0,
  );
  const largest = nodes
    .map(({ capacity }) => amountOf(capacity))
    .toSorted((left, right) => right - left)
    .slice(0, lost);
  return largest.reduce((left, capacity) => left - capacity, free);
}
