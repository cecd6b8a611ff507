import type { AppDeps } from '../deps.ts';
import { trustRows } from '../policy-signing/trust-rows.ts';
import { createDecisionCache } from './decision-cache.ts';
import type { DecisionKeeping } from './decision-keeping.ts';
import { createDecisionLog } from './decision-log.ts';
import { createKnownDecisions } from './known-decisions.ts';
import { makePolicyMemory } from './read-deciding.ts';

/** Makes it for one server. */
export function keepDecisions(deps: AppDeps): DecisionKeeping {
  const { store, policySignatures } = deps;
  const trust = policySignatures === undefined ? undefined : trustRows(store, policySignatures);
  return {
    memory: makePolicyMemory(trust),
    steering: new Map(),
    ofRequest: new WeakMap(),
    cache: createDecisionCache(deps.telemetry),
    known: createKnownDecisions(),
    log: createDecisionLog(deps),
  };
}
