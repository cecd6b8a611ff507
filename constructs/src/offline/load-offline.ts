import type { OFFLINE } from './offline.ts';
import type { ORCHESTRATION } from './offline-orchestration.ts';

/** Loads NovaCron's own packages: resource tables, address blocks, the Rego compiler. */
export function loadOffline(): typeof OFFLINE {
  return require('./offline').OFFLINE;
}

/** Loads the parser for documents of orchestration policies. */
export function loadOrchestration(): typeof ORCHESTRATION {
  return loadOffline().loadOrchestration();
}
