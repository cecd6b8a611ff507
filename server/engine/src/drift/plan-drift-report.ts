/**
 * Plans the drift report of a resource: what differs from its baseline, how severe that is, and who
 * changed it. See README.md.
 */
import type { DriftField, DriftRecord } from '@novacron/contract/drift/drift';
import { assert } from '@novacron/contract/result';
import { copyJson } from '../copy-json.ts';
import { roundTo } from '../round.ts';
import type { DriftFindings, DriftInput } from './model/drift.ts';
import { findCauses, splitByActor } from './rules/find-causes.ts';
import { isApplied, type Leaf, pairLeaves } from './rules/leaf-values.ts';
import { highestSeverity, rateSeverity } from './rules/rate-severity.ts';

const PERCENT_DECIMALS = 2;

/** Replaces both values of a sensitive field: that it changed may be shown, its values may not. */
const HIDDEN = '(sensitive)';

/** Limit of listed fields; all of them count towards severity. */
export const FIELDS_MAX = 200;

/**
 * Compares a resource with its drift baseline.
 * @returns the drift with its severity and causes, and the differences that NovaCron has made
 *   itself; each undefined when there is none
 * @remarks Only fields that belong to the user can drift. What NovaCron changes by itself, such as
 * the node of a VM, never shows.
 */
export function planDriftReport(input: DriftInput): DriftFindings {
  const leaves = pairLeaves(input.table, input);
  const { drifted, explained } = splitByActor(leaves, input.changes);
  return {
    record: drifted.length === 0 ? undefined : toRecord(input, leaves, drifted),
    explained:
      explained.length === 0
        ? undefined
        : {
            fields: toFields(explained, input.reasons),
            causes: findCauses(explained, input.changes),
          },
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
    drift_class: highestSeverity(classes),
    fields: toFields(drifted, input.reasons),
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

function toFields(leaves: readonly Leaf[], reasons: DriftInput['reasons'] = {}): DriftField[] {
  return leaves.slice(0, FIELDS_MAX).map(({ path, row, was, is }) => {
    const isHidden = row.secrecy === 'sensitive';
    const why = reasons[path];
    return {
      field: path,
      was: isHidden ? HIDDEN : copyJson(was),
      is: isHidden ? HIDDEN : copyJson(is),
      wanted: isHidden ? HIDDEN : copyJson(was),
      drift_class: row.driftClass,
      ...(why === undefined ? {} : { why }),
    };
  });
}
