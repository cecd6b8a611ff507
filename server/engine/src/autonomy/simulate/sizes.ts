/** Nodes of the simulation, and VMs that fit on each. */
export const NODES = 16;
export const NODE_SLOTS = 4;
