/** The drift of the members of a VM group, which is reported as that of their group. */
import { DRIFT_SEVERITIES } from '@novacron/contract/drift/drift';
import { UNRESTORED_MEMBERS } from '@novacron/contract/kinds/vm-group/vm-group';
import type { Values } from '../../fields/field-values.ts';
import type { DriftReason } from '../../rpc/read-drift-reasons.ts';
import { linesOf } from './report-drift.ts';

/** Members whose drift a warning describes; of more, it has the number. */
const MEMBERS_MAX = 5;

/** Returns the members of a group with drift that no update of it undoes, as it was answered. */
export function unrestoredMembers({ [UNRESTORED_MEMBERS]: ids }: Values): readonly string[] {
  return Array.isArray(ids) ? ids.map(String) : [];
}

/**
 * Combines the reports on members.
 * @returns the report on the group, as severe as its worst member; undefined where there is no
 *   drift any more
 */
export function combineMembers(found: readonly DriftReason[]): DriftReason | undefined {
  const unknown = found.find((news) => news.unknown !== undefined);
  if (unknown !== undefined) return unknown;
  const drifted = found.filter(({ record }) => record !== undefined).sort(bySeverity);
  const [worst] = drifted;
  if (worst?.record === undefined) return undefined;
  const records = drifted.flatMap(({ record }) => record ?? []);
  const described = records.slice(0, MEMBERS_MAX).map((record) => linesOf(record));
  const more = records.length - described.length;
  const others = `and ${more} more: \`novacron drift report\` lists all of them`;
  const explanation = [...described, ...(more > 0 ? [[others]] : [])].flatMap((lines, at) =>
    at === 0 ? lines : ['', ...lines],
  );
  const causes = records.flatMap((record) => record.causes);
  // The lines are complete: no field of them is left out, or hidden once more.
  return { ...worst, record: { ...worst.record, fields: [], causes, explanation } };
}

function bySeverity({ record: left }: DriftReason, { record: right }: DriftReason): number {
  return rankOf(left) - rankOf(right);
}

function rankOf(record: DriftReason['record']): number {
  return record === undefined ? DRIFT_SEVERITIES.length : DRIFT_SEVERITIES.indexOf(record.severity);
}
