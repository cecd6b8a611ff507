import type { Filter } from '../model/rule.ts';
import { findShortage } from '../resources/find-shortage.ts';

/** Rejects a node with too few free cores. */
export const filterCpu: Filter = (node, { vm }) =>
  findShortage({ dimension: 'cpu', node, asked: vm });
