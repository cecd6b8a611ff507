/** The change sets of leases, each refused where another server was faster. */
import { problem } from '@novacron/contract/problem/problem';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';

type LeaseRow = Tables['leases'];

/** Takes a lease that is unchanged since it was read, or that never existed. */
export function takingChange(
  { instanceId }: KernelDeps,
  taking: {
    readonly id: string;
    /** The row as it was read. */
    readonly row: LeaseRow | undefined;
    readonly fence: number;
    readonly expiresAtMs: number;
    /** Initial progress of a new lease. */
    readonly progress: number;
  },
): Change {
  const { id, row, fence, expiresAtMs, progress } = taking;
  const set = { holder: instanceId, fence, expires_at_ms: expiresAtMs };
  const otherwise = takenProblem(id);
  if (row === undefined) {
    return { kind: 'insert', into: 'leases', row: { id, ...set, progress }, otherwise };
  }
  const { holder, fence: fenceBefore, expires_at_ms } = row;
  const expect = { holder, fence: fenceBefore, expires_at_ms };
  return { kind: 'update', table: 'leases', id, set, expect, otherwise };
}

/** Deletes a lease that is unchanged since it was read. */
export function removalChange({ id, holder, fence, expires_at_ms }: LeaseRow): Change {
  const otherwise = takenProblem(id);
  return {
    kind: 'delete',
    from: 'leases',
    id,
    expect: { holder, fence, expires_at_ms },
    otherwise,
  };
}

/** Releases a lease, so that no server has to wait for its expiry. */
export function returningChange(
  { instanceId }: KernelDeps,
  { id, fence, progress }: Pick<LeaseRow, 'id' | 'fence' | 'progress'>,
): Change {
  const otherwise = takenProblem(id);
  const set = { expires_at_ms: 0, progress };
  const expect = { holder: instanceId, fence };
  return { kind: 'update', table: 'leases', id, set, expect, otherwise };
}

/** The problem of a holder whose lease another server has taken over: `data.taken`. */
export function takenProblem(id: string) {
  return problem('conflict', {
    detail: `The lease ${id} belongs to another server.`,
    remedy: 'No action is required: the other server does the work.',
    data: { taken: true },
  });
}
