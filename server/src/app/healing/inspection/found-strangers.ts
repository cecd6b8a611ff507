/** Machines of VMs that the store does not know, as inspections of nodes have found them. */

/** Unknown machines on each node, found by the server that inspects nodes and watches incidents. */
export interface FoundStrangers {
  /** @param machines - a phrase for each; none: all machines of the node are known */
  readonly note: (node: string, machines: readonly string[]) => void;
  /** Returns the findings by the names of the nodes that this server has inspected. */
  readonly all: () => ReadonlyMap<string, readonly string[]>;
}

/** Remembers them: the same lease covers those who note and those who read them. */
export function createFoundStrangers(): FoundStrangers {
  const found = new Map<string, readonly string[]>();
  return { note: (node, machines) => void found.set(node, machines), all: () => found };
}
