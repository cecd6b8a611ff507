import type { OFFLINE } from './offline.ts';
import type { ORCHESTRATION } from './offline-orchestration.ts';

/** NovaCron's own packages: the tables of its resources, address blocks, the Rego compiler. */
export function loadOffline(): typeof OFFLINE {
  return require('./offline').OFFLINE;
}

/** What reads the documents of orchestration policies. */
export function loadOrchestration(): typeof ORCHESTRATION {
  return loadOffline().loadOrchestration();
}
