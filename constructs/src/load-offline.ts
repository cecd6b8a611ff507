import type { OFFLINE } from './offline.ts';

/** NovaCron's own packages: the tables of its resources, address blocks, the Rego compiler. */
export function loadOffline(): typeof OFFLINE {
  return require('./offline').OFFLINE;
}
