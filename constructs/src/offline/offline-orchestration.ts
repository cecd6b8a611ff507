import { parsePolicies } from '@novacron/engine/orchestration/parse-policies';
import { readPolicy } from '@novacron/engine/orchestration/read-policies';

/** What is asked of the engine about orchestration policies. Few apps have one, and it is large. */
export const ORCHESTRATION = { parsePolicies, readPolicy };
