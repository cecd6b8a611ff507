import type { Filter } from '../model/rule.ts';
import { findShortage } from '../resources/find-shortage.ts';

/** Rejects a node with too little free disk space. */
export const filterDisk: Filter = (node, { vm }) =>
  findShortage({ dimension: 'disk', node, asked: vm });
