import type { Filter } from '../model/rule.ts';
import { findShortage } from '../resources/find-shortage.ts';

/** Rejects a node with too little free memory. */
export const filterMemory: Filter = (node, { vm }) =>
  findShortage({ dimension: 'memory', node, asked: vm });
