/** Has a resource drifted from what was applied, how badly, and by whose hand? See README.md. */
import type { DriftField, DriftRecord } from '@novacron/contract/drift/drift';
import { assert } from '@novacron/contract/result';
import { copyJson } from '../copy-json.ts';
import { roundTo } from '../round.ts';
import type { DriftFindings, DriftInput } from './model.ts';
import { findCauses, splitByHand } from './rules/find-causes.ts';
import { isApplied, type Leaf, pairLeaves } from './rules/leaf-values.ts';
import { gravestClass, rateSeverity } from './rules/rate-severity.ts';

const PERCENT_DECIMALS = 2;

/** Stands for both values of a sensitive field: that it changed may be told, to what may not. */
const HIDDEN = '(sensitive)';

/** Of a huge map so many fields are told; all of them count. */
export const FIELDS_MAX = 200;

/**
 * Compares a resource with what a deployment applied last.
 * @returns the drift with its severity and causes, and what is different but explained; each
 *   undefined when there is none
 * @remarks Only fields that belong to the user can drift. What NovaCron changes by itself, such as
 *   the node of a VM, never shows.
 */
export function planDriftReport(input: DriftInput): DriftFindings {
  const leaves = pairLeaves(input.table, input);
  const { drifted, explained } = splitByHand(leaves, input.changes);
  return {
    record: drifted.length === 0 ? undefined : toRecord(input, leaves, drifted),
    explained:
      explained.length === 0
        ? undefined
        : { fields: toFields(explained), causes: findCauses(explained, input.changes) },
  };
}

function toRecord(
  input: DriftInput,
  leaves: readonly Leaf[],
  drifted: readonly Leaf[],
): DriftRecord {
  const percent = percentOf(drifted.length, leaves.filter(isApplied).length);
  assert(percent > 0 && percent <= 100, 'a drift is more than nothing and at most everything');
  const classes = drifted.map(({ row }) => row.driftClass);
  const leftOut = drifted.length - FIELDS_MAX;
  return {
    resource_kind: input.kind,
    resource_id: input.id,
    resource_name: input.name,
    severity: rateSeverity(classes, percent, input.thresholdRatio),
    drift_percent: roundTo(percent, PERCENT_DECIMALS),
    drift_class: gravestClass(classes),
    fields: toFields(drifted),
    ...(leftOut > 0 ? { fields_left_out: leftOut } : {}),
    causes: findCauses(drifted, input.changes),
    deployment: input.deployment,
    applied_at: input.appliedAt,
  };
}

/** At most 100: leaves that were added since the apply can outnumber those that it gave. */
function percentOf(driftedCount: number, appliedCount: number): number {
  return appliedCount === 0 ? 100 : Math.min(100, (driftedCount / appliedCount) * 100);
}

function toFields(leaves: readonly Leaf[]): DriftField[] {
  return leaves.slice(0, FIELDS_MAX).map(({ path, row, was, is }) => {
    const isHidden = row.secrecy === 'sensitive';
    return {
      field: path,
      was: isHidden ? HIDDEN : copyJson(was),
      is: isHidden ? HIDDEN : copyJson(is),
      wanted: isHidden ? HIDDEN : copyJson(was),
      drift_class: row.driftClass,
    };
  });
}
