import { parsePolicies } from '@novacron/engine/orchestration/parse-policies';
import { readPolicy } from '@novacron/engine/orchestration/read-policies';

/** The engine's parser for orchestration policies. Few apps use it, and it is large. */
export const ORCHESTRATION = { parsePolicies, readPolicy };
