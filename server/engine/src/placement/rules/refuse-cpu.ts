import type { Filter } from './model.ts';
import { findShortage } from './shortage.ts';

/** Refuses a node with too few free cores. */
export const refuseCpu: Filter = (node, { vm }) =>
  findShortage({ dimension: 'cpu', node, asked: vm });
