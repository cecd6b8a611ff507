/** Conditions of nodes as they are stored and as agents announce them. */
import { AnnouncedCondition, NodeCondition } from '@novacron/contract/fleet/node-condition';
import type {
  ConditionSeverity,
  KnownCondition,
  ObservedNode,
} from '@novacron/engine/healing/conditions/model/condition';
import { z } from 'zod';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { parseList, parseStored } from '../parse-stored.ts';
import { toTimestamp } from '../to-timestamp.ts';

/** Conditions of one node that are stored; a host has few disks. */
const CONDITIONS_MAX = 64;

const Severity = z.enum(['severe', 'moderate']).catch('moderate');

const StoredCondition = z.looseObject({
  kind: z.string(),
  subject: z.string(),
  severity: Severity,
  evidence: z.string(),
  first_seen_ms: z.int(),
  last_seen_ms: z.int(),
  cleared_ms: z.int().nullable(),
});

/** Reads those of a node, the worst first; none where the row is damaged or an older one. */
export function conditionsOf({
  conditions_json: text,
}: Partial<Pick<NodeRow, 'conditions_json'>>): readonly KnownCondition[] {
  if (text == null) return [];
  return (parseList(text) ?? []).flatMap((item) => {
    const { data } = StoredCondition.safeParse(item);
    if (data === undefined) return [];
    const { kind, subject, severity, evidence, ...times } = data;
    return [
      {
        kind,
        subject,
        severity,
        evidence,
        firstSeenMs: times.first_seen_ms,
        lastSeenMs: times.last_seen_ms,
        clearedMs: times.cleared_ms,
      },
    ];
  });
}

/** Names of nodes with a storage that has no room: a guest that waits for it stays stopped. */
export function nodesWithFullDisk(nodes: readonly NodeRow[]): ReadonlySet<unknown> {
  const isFull = (row: NodeRow) =>
    conditionsOf(row).some(({ kind, clearedMs }) => kind === 'disk_full' && clearedMs === null);
  return new Set(nodes.filter(isFull).map(({ name }) => name));
}

/** Serializes conditions for the store; null if there are none. */
export function conditionsText(conditions: readonly KnownCondition[]): string | null {
  if (conditions.length === 0) return null;
  const rows = conditions.slice(0, CONDITIONS_MAX).map((each) => ({
    kind: each.kind,
    subject: each.subject,
    severity: each.severity,
    evidence: each.evidence,
    first_seen_ms: each.firstSeenMs,
    last_seen_ms: each.lastSeenMs,
    cleared_ms: each.clearedMs,
  }));
  return JSON.stringify(rows);
}

const Announced = z.looseObject({
  conditions: z.array(z.unknown()).optional(),
  conditions_partial: z.boolean().optional(),
});

/** Returns the conditions in the last announcement of a node's agent. */
export function announcedConditions({
  facts_json: text,
}: Pick<NodeRow, 'facts_json'>): NonNullable<ObservedNode['announced']> {
  const { data } = Announced.safeParse(text === null ? {} : parseStored(text));
  const conditions = (data?.conditions ?? []).slice(0, CONDITIONS_MAX).flatMap((item) => {
    const condition = AnnouncedCondition.safeParse(item);
    if (!condition.success) return [];
    const { kind, subject, severity, evidence, since_ms: sinceMs } = condition.data;
    const known: ConditionSeverity = Severity.parse(severity);
    return [{ kind, subject, severity: known, evidence, sinceMs }];
  });
  return { conditions, extent: data?.conditions_partial === true ? 'partial' : 'whole' };
}

/**
 * Returns the conditions as shown in answers. A current condition was last seen when the node was
 * last heard.
 */
export function showConditions(row: NodeRow): readonly NodeCondition[] {
  return conditionsOf(row).map(({ firstSeenMs, lastSeenMs, clearedMs, ...condition }) =>
    NodeCondition.parse({
      ...condition,
      first_seen_at: toTimestamp(firstSeenMs),
      last_seen_at: toTimestamp(
        clearedMs === null ? Math.max(lastSeenMs, row.last_seen_at_ms) : lastSeenMs,
      ),
      cleared_at: clearedMs === null ? null : toTimestamp(clearedMs),
    }),
  );
}
