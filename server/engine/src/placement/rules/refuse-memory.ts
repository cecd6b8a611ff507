import type { Filter } from './model.ts';
import { findShortage } from './shortage.ts';

/** Refuses a node with too little free memory. */
export const refuseMemory: Filter = (node, { vm }) =>
  findShortage({ dimension: 'memory', node, asked: vm });
