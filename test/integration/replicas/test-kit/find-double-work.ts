/** Finds work done twice or by two servers, from logs, completions, audit and positions. */
import { isStepEntry, LogEntry } from '@novacron/engine/sagas/log/log-entry';
import type { Store } from '@novacron/server/ports/store';
import type { Tables } from '@novacron/server/ports/tables/tables';

type OperationRow = Tables['operations'];

/** Statuses whose events tell of an end. */
const ENDS = ['succeeded', 'failed', 'stuck'];

/** Looks while no operation runs. @returns a sentence for each thing done more than once */
export async function findDoubleWork(store: Store): Promise<string[]> {
  const found = await store.snapshot({
    operations: { from: 'operations' },
    log: { from: 'operation_log' },
    events: { from: 'events' },
    audit: { from: 'audit', where: { outcome: 'done' } },
  });
  const logs = groupBy(found.log, ({ operation_id }) => operation_id);
  const ends = groupBy(
    found.events.filter(({ type }) => ENDS.includes(type.split('.').at(-1) ?? '')),
    ({ data_json }) => String(JSON.parse(data_json).operation_id),
  );
  return [
    ...found.operations.flatMap((row) => findDoubleSteps(row, logs.get(row.id) ?? [])),
    ...found.operations.flatMap((row) => findDoubleEnds(row, ends.get(row.id) ?? [])),
    ...findUnequalAudit(found.operations, found.audit),
    ...findPositionFaults(found.events),
  ];
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** Entries of one operation are numbered without gaps; each step is done once, and undone once. */
function findDoubleSteps({ id }: OperationRow, rows: readonly Tables['operation_log'][]): string[] {
  const log = rows.toSorted((left, right) => left.seq - right.seq);
  const gap = log.find(({ seq }, index) => seq !== index + 1);
  const faults = gap === undefined ? [] : [`the log of ${id} has a gap before entry ${gap.seq}`];
  let seen = new Set<string>();
  for (const { entry_json } of log) {
    const entry = LogEntry.parse(JSON.parse(entry_json));
    // A retry allows the steps to be done again.
    if (entry.kind === 'retried') seen = new Set();
    if (!isStepEntry(entry)) continue;
    const attempt = 'attempt' in entry ? ` #${entry.attempt}` : '';
    const what = `${entry.kind} ${entry.direction} ${entry.step}${attempt}`;
    if (seen.has(what)) faults.push(`${id} says twice: ${what}`);
    seen.add(what);
  }
  return faults;
}

/** An operation ends once, or once more after each retry; it says so each time. */
function findDoubleEnds(
  { id, kind, status }: OperationRow,
  ends: readonly Tables['events'][],
): string[] {
  const last = ends.filter(({ type }) => type === `${kind}.${status}`);
  return last.length === 1 ? [] : [`${id}, ${status}, was announced ${last.length} times`];
}

/** Each operation was asked for once: as many entries as operations of a kind and target. */
function findUnequalAudit(
  operations: readonly OperationRow[],
  audit: readonly Tables['audit'][],
): string[] {
  const asked = countBy(operations.map(({ kind, target_id }) => `${kind} of ${target_id}`));
  const noted = countBy(audit.map((entry) => `${entry.operation} of ${entry.resource_id}`));
  return [...asked]
    .filter(([what, count]) => noted.get(what) !== count)
    .map(([what, count]) => `${what}: ${count} operations, ${noted.get(what) ?? 0} audit entries`);
}

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Positions that were dealt out are 1, 2, 3 and so on. */
function findPositionFaults(events: readonly Tables['events'][]): string[] {
  const dealt = events.flatMap(({ position }) => (position === null ? [] : [position]));
  dealt.sort((left, right) => left - right);
  const wrong = dealt.find((position, index) => position !== index + 1);
  return wrong === undefined ? [] : [`positions are not gapless at ${wrong}`];
}
