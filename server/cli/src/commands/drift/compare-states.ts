/** Compares what exists with what state files know of it. */

import { err, ok, type Result } from '@novacron/contract/result';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import { listResources } from '../../client/list-resources.ts';
import type { Session } from '../../client/session.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import type { StateComparison, StateResource, UnmanagedResource } from './model.ts';
import { readState } from './read-state.ts';

/** Reads state files. Failures: wrong usage, with the file, the place in it and what to give. */
export async function readStates(
  io: Session['io'],
  files: readonly string[],
): Promise<Result<readonly StateResource[], Failure>> {
  const found: StateResource[] = [];
  for (const file of files) {
    const text = await readTextFile(io, file, 'the state');
    if (!text.ok) return text;
    const state = readState(text.value, file);
    if (!state.ok) return err(usageFailure(`cannot read the state ${file}: ${state.error}`));
    found.push(...state.value);
  }
  return ok(found);
}

/**
 * Lists everything of a server and finds what no state knows, and what only a state knows.
 * Failures: those of the server.
 * @param known - resources of all state files together
 * @param kind - only this kind, on both sides
 */
export async function compareStates(
  session: Session,
  known: readonly StateResource[],
  kind: ResourceKind | undefined,
): Promise<Result<StateComparison, Failure>> {
  const ids = new Set(known.map(({ id }) => id));
  const existing = new Set<string>();
  const unmanaged: UnmanagedResource[] = [];
  for (const each of kind === undefined ? RESOURCE_KINDS : [kind]) {
    const items = await listResources(session, each);
    if (!items.ok) return items;
    for (const item of items.value) {
      const resource_id = String(item.id);
      existing.add(resource_id);
      if (ids.has(resource_id)) continue;
      unmanaged.push({
        resource_kind: each,
        resource_id,
        resource_name: String(item.name),
        created_by: String(item.created_by),
        created_at: String(item.created_at),
      });
    }
  }
  const resources = existing.size;
  const managed = resources - unmanaged.length;
  return ok({
    unmanaged,
    missing: known.filter((one) => !existing.has(one.id) && (kind ?? one.kind) === one.kind),
    resources,
    managed,
    percent: percentOf(managed, resources),
  });
}

/** Hundredths of a percent, rounded down, so that only everything is 100. */
function percentOf(managed: number, resources: number): number {
  return resources === 0 ? 100 : Math.floor((managed * 10_000) / resources) / 100;
}
