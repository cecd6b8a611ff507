/** Concurrency groups as the store has them. */
import { hash } from 'node:crypto';
import type { GroupPlace } from '@novacron/engine/automation/workflows/concurrency/plan-turns';
import type { Change } from '../../../ports/store.ts';
import type { ExecutionPlaceRow } from '../../../ports/tables/automation/execution-place-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { KernelDeps } from '../context/deps.ts';

/** An execution in a group. */
export interface NamedPlace extends GroupPlace {
  /** Name of its workflow; empty where its operation has been forgotten. */
  readonly workflow: string;
}

/** A group of one moment. */
export interface ConcurrencyGroup {
  readonly id: string;
  /** Rises with each change of its places; 0: there is no place. */
  readonly version: number;
  readonly places: readonly NamedPlace[];
}

/** Names a group: each tenant has its own. Its text may contain inputs, so it is no part of it. */
export function groupIdOf(tenantId: string, group: string): string {
  return `concurrency/${hash('sha256', JSON.stringify([tenantId, group]), 'hex')}`;
}

/**
 * Reads a group. Whether an execution has ended is read after the places, and that only makes room.
 */
export async function readGroup(
  { store }: Pick<KernelDeps, 'store'>,
  id: string,
): Promise<ConcurrencyGroup> {
  const { rows, rules } = await store.snapshot({
    rows: { from: 'execution_places', where: { group_id: id } },
    rules: { from: 'rule_versions', where: { id } },
  });
  const version = rules[0]?.version ?? 0;
  if (rows.length === 0) return { id, version, places: [] };
  const operations = await store.read({
    from: 'operations',
    where: { id: { in: rows.map((row) => row.id) } },
    damaged: 'blank',
  });
  const known = new Map<string, Tables['operations']>(operations.map((row) => [row.id, row]));
  const places = rows.map((row): NamedPlace => {
    const operation = known.get(row.id);
    const isEnded = operation === undefined || operation.finished_at_ms !== null;
    const isEnding = row.superseded_by !== null || operation?.status !== 'running';
    return {
      executionId: row.id,
      workflow: operation?.target_name ?? '',
      state: row.state,
      seq: row.seq,
      limit: row.limit_max,
      status: isEnded ? 'ended' : isEnding ? 'ending' : 'running',
    };
  });
  return { id, version, places };
}

/** A change of the places of a group: those that have ended are removed. */
export interface GroupChange {
  /** The order of what enters the group by it. */
  readonly seq: number;
  readonly changes: readonly Change[];
}

/**
 * Plans a change of the places of a group; guard: nothing has changed them since it was read.
 * @param nowMs - the first version of a group: one that was forgotten, and is there again, never
 *   has a version that someone has read before
 */
export function changeGroup(group: ConcurrencyGroup, nowMs: number): GroupChange {
  const { id, version, places } = group;
  const otherwise = replan('The concurrency group');
  const seq = version === 0 ? nowMs : version + 1;
  const step: Change =
    version === 0
      ? { kind: 'insert', into: 'rule_versions', row: { id, version: seq }, otherwise }
      : {
          kind: 'update',
          table: 'rule_versions',
          id,
          set: { version: seq },
          expect: { version },
          otherwise,
        };
  const ended = places.filter(({ status }) => status === 'ended');
  const removals = ended.map(({ executionId }): Change => {
    return { kind: 'drop', from: 'execution_places', id: executionId };
  });
  return { seq, changes: [step, ...removals] };
}

/** Removes a group in which nothing is left; guard: nothing has entered it since it was read. */
export function removeGroup(group: ConcurrencyGroup): readonly Change[] {
  const { id, version, places } = group;
  const otherwise = replan('The concurrency group');
  return [
    { kind: 'delete', from: 'rule_versions', id, expect: { version }, otherwise },
    ...places.map(({ executionId }): Change => {
      return { kind: 'drop', from: 'execution_places', id: executionId };
    }),
  ];
}

/** Stores a place. */
export function putPlace(row: ExecutionPlaceRow): Change {
  return { kind: 'put', into: 'execution_places', row };
}
