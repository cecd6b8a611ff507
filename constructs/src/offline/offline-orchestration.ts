import { parsePolicies } from '@novacron/engine/automation/orchestration/parse/parse-policies';
import { readPolicy } from '@novacron/engine/automation/orchestration/parse/read-policies';

/** The engine's parser for orchestration policies. Few apps use it, and it is large. */
export const ORCHESTRATION = { parsePolicies, readPolicy };
