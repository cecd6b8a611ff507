/** Judges recent changes: the most frequent cause of failures in most fleets. */
import type { DiagnosisInput, Finding, RecentChange, Weight } from '../model/diagnosis.ts';
import { ago } from './time-before.ts';

/** Weight of a change by its time before the failure, the shortest first. */
const BY_DISTANCE: readonly { readonly untilMs: number; readonly weight: Weight }[] = [
  { untilMs: 900_000, weight: 'very_strong' },
  { untilMs: 7_200_000, weight: 'strong' },
  { untilMs: 86_400_000, weight: 'substantial' },
];

const FIELDS_MAX = 5;

/** Judges it. A healing is a consequence, and says nothing. */
export function judgeRecentChanges({ incident, changes }: DiagnosisInput): readonly Finding[] {
  return changes.flatMap((change): readonly Finding[] => {
    const beforeMs = incident.startedAtMs - change.atMs;
    const found = BY_DISTANCE.find(({ untilMs }) => beforeMs <= untilMs);
    if (beforeMs < 0 || found === undefined || change.subject === 'node') return [];
    if (change.actor === 'automation') return [];
    // Everything that fails was made once: a creation alone is weak evidence.
    const weight = change.operation.endsWith('.create') ? 'substantial' : found.weight;
    const text = describe(change, beforeMs);
    const cause = change.subject === 'template' ? 'template_image' : 'recent_change';
    return [{ cause, weight, text, atMs: change.atMs }];
  });
}

function describe({ by, operation, name, fields }: RecentChange, beforeMs: number): string {
  const names = fields.slice(0, FIELDS_MAX).join(', ');
  const what = names === '' ? '' : ` (${names})`;
  return `${by} did ${operation} of ${name}${what} ${ago(beforeMs)} before.`;
}
