/** Tells the user that a resource is no longer as it was applied: what, how badly, by whom. */
import type { ExplainedDriftRecord } from '@novacron/contract/drift';
import type { Diagnostics } from '../framework/diagnostics.ts';
import type { Values } from './values.ts';

/** So many drifted resources are told one by one; a wall of warnings is not read. */
const DRIFTS_TOLD_MAX = 10;

/**
 * Warns about fields that were changed behind Terraform's back.
 * @param number - how many resources of this run have drifted so far, with this one
 * @param record - what the server knows about it; undefined where it applied something else
 */
export function reportDrift(
  diagnostics: Diagnostics,
  number: number,
  drifted: {
    readonly label: string;
    readonly fields: readonly string[];
    readonly was: Values;
    readonly is: Values;
    readonly record: ExplainedDriftRecord | undefined;
  },
): void {
  const { label, fields, was, is, record } = drifted;
  const [first] = fields;
  if (first === undefined || number > DRIFTS_TOLD_MAX + 1) return;
  if (number === DRIFTS_TOLD_MAX + 1) {
    diagnostics.warning({
      summary: `Drift: more than ${DRIFTS_TOLD_MAX} resources were changed outside of Terraform`,
      detail: 'The rest is not listed here. `novacron drift report` tells all of them.',
    });
    return;
  }
  const lines = fields.map((name) => `${name}: ${show(was[name])} -> ${show(is[name])}`);
  if (record === undefined) {
    diagnostics.warning({
      summary: `Drift: ${label} is not as this state remembers it`,
      detail: [...lines, '', 'Apply to bring it back, or change the configuration.'].join('\n'),
      path: [first],
    });
    return;
  }
  diagnostics.warning({
    summary: `Drift (${record.severity}): ${label} was changed outside of Terraform`,
    detail: record.explanation.join('\n'),
    path: [first],
  });
}

function show(value: unknown): string {
  return JSON.stringify(value ?? null);
}
