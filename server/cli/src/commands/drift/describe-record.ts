/** Drift in the words that all formats have in common. */
import {
  DRIFT_SEVERITIES,
  type DriftRecord,
  type DriftSeverity,
} from '@novacron/contract/drift/drift';
import { canonicalJson } from '@novacron/contract/json';
import type { DriftClass } from '@novacron/contract/schema/field';
import type { PlacedRecord } from './model.ts';

/** A longer value would bury the others. Unit: characters. */
const VALUE_LENGTH_MAX = 80;

/** A value on one line; `(none)` where there is none. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '(none)';
  const text = canonicalJson(value);
  if (text.length <= VALUE_LENGTH_MAX) return text;
  return `${text.slice(0, VALUE_LENGTH_MAX)}… (${text.length} characters)`;
}

/** Returns the latest cause in words, or that it is unknown. */
export function causeText({ causes }: DriftRecord): string {
  const [latest] = causes;
  if (latest === undefined) return 'unknown (not in the audit log)';
  const { principal, client, at, request_id } = latest;
  const more = causes.length > 1 ? `, and ${causes.length - 1} more before` : '';
  return `${principal} with ${client} at ${at} (request ${request_id})${more}`;
}

/** Returns the remedy in the server's words: the last line of its explanation. */
export function remedyOf({ explanation }: PlacedRecord['record']): string {
  return explanation.at(-1) ?? '';
}

/** Rank of a severity: 0 is the worst. */
export function rankOf(severity: DriftSeverity): number {
  return DRIFT_SEVERITIES.indexOf(severity);
}

/** The most severe first, then by kind and name. */
export function sortRecords<Placed extends PlacedRecord>(records: readonly Placed[]): Placed[] {
  const keyOf = ({ record }: PlacedRecord) => `${record.resource_kind} ${record.resource_name}`;
  return [...records].sort((left, right) => {
    const byRank = rankOf(left.record.severity) - rankOf(right.record.severity);
    if (byRank !== 0) return byRank;
    return keyOf(left) < keyOf(right) ? -1 : 1;
  });
}

const CLASSES: readonly DriftClass[] = ['security', 'availability', 'cost', 'cosmetic'];

/** The class of the field that matters most. */
export function worstClass({ fields }: DriftRecord): DriftClass {
  const found = CLASSES.find((each) => fields.some(({ drift_class }) => drift_class === each));
  return found ?? 'cosmetic';
}
