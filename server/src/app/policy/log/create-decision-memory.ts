import type { PortsOf } from '../../kernel/context/deps.ts';
import type { PolicyDeps } from '../deps.ts';
import { createDecisionCache } from '../memory/decision-cache.ts';
import { createDecisionMemo } from '../memory/decision-memo.ts';
import type { DecisionMemory } from '../memory/decision-memory.ts';
import {
  createEvaluationBudgets,
  PREVIEW_BUDGET,
  REQUEST_BUDGET,
  SCAN_BUDGET,
} from '../memory/evaluation-budgets.ts';
import { createPreviewMemory } from '../memory/preview-memory.ts';
import { makePolicyMemory } from '../memory/read-deciding.ts';
import { createMismatchMemory } from '../memory/stored-mismatches.ts';
import { createIntegrityVerifier } from '../signing/policy-integrity.ts';
import { createDecisionLog } from './decision-log.ts';
import { createPlannedWrites } from './planned-writes.ts';

/** Makes the memory of one server. */
export function createDecisionMemory(deps: PortsOf<PolicyDeps>): DecisionMemory {
  const { store, policySignatures } = deps;
  const trust =
    policySignatures === undefined ? undefined : createIntegrityVerifier(store, policySignatures);
  return {
    memory: makePolicyMemory(trust),
    steering: new Map(),
    cache: createDecisionCache(deps.telemetry),
    known: createDecisionMemo(),
    log: createDecisionLog(deps),
    planned: createPlannedWrites(deps),
    budgets: createEvaluationBudgets(deps.clock, REQUEST_BUDGET),
    scanBudgets: createEvaluationBudgets(deps.clock, SCAN_BUDGET),
    previewBudgets: createEvaluationBudgets(deps.clock, PREVIEW_BUDGET),
    previews: createPreviewMemory(),
    mismatches: createMismatchMemory(),
  };
}
