/** Has a resource drifted from what was applied, how badly, and by whose hand? See README.md. */
import type { DriftField, DriftRecord } from '@novacron/contract/drift';
import { assert } from '@novacron/contract/result';
import { copyJson } from '../copy-json.ts';
import { roundTo } from '../round.ts';
import type { DriftInput } from './model.ts';
import { findCauses } from './rules/find-causes.ts';
import { hasDrifted, isApplied, type Leaf, pairLeaves } from './rules/leaf-values.ts';
import { rateSeverity } from './rules/rate-severity.ts';

const PERCENT_DECIMALS = 2;

/** Stands for both values of a sensitive field: that it changed may be told, to what may not. */
const HIDDEN = '(sensitive)';

/**
 * Compares a resource with what a deployment applied last.
 * @returns the drift with its severity and causes; undefined when there is none
 * @remarks Only fields that belong to the user can drift. What NovaCron changes by itself, such as
 *   the node of a VM, never shows.
 */
export function planDriftReport(input: DriftInput): DriftRecord | undefined {
  const leaves = pairLeaves(input.table, input);
  const drifted = leaves.filter(hasDrifted);
  if (drifted.length === 0) return undefined;

  const percent = percentOf(drifted.length, leaves.filter(isApplied).length);
  assert(percent > 0 && percent <= 100, 'a drift is more than nothing and at most everything');
  const fields = drifted.map(toDriftField);
  return {
    resource_kind: input.kind,
    resource_id: input.id,
    resource_name: input.name,
    severity: rateSeverity(fields, percent),
    drift_percent: roundTo(percent, PERCENT_DECIMALS),
    fields,
    causes: findCauses(drifted, input.changes),
    deployment: input.deployment,
    applied_at: input.appliedAt,
  };
}

/** At most 100: leaves that were added since the apply can outnumber those that it gave. */
function percentOf(driftedCount: number, appliedCount: number): number {
  return appliedCount === 0 ? 100 : Math.min(100, (driftedCount / appliedCount) * 100);
}

function toDriftField({ path, row, was, is }: Leaf): DriftField {
  const isHidden = row.secrecy === 'sensitive';
  return {
    field: path,
    was: isHidden ? HIDDEN : copyJson(was),
    is: isHidden ? HIDDEN : copyJson(is),
    drift_class: row.driftClass,
  };
}
