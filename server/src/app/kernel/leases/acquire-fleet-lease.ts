/**
 * With an in-process bus the fleet belongs to one server: another server would have another fleet.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { KernelDeps } from '../context/deps.ts';
import { LEASE_MS, type LeaseKeeper } from './leases.ts';

/** Time that a start waits for the lease of a server that has died. */
const PATIENCE_MS = 2 * LEASE_MS;

/**
 * Ensures that this is the only server with an embedded fleet on its store, and starts the leases.
 * @returns `unavailable` when there is another one
 */
export async function acquireFleetLease(
  { timers }: Pick<KernelDeps, 'timers'>,
  leases: LeaseKeeper,
): Promise<Result<void, Problem>> {
  const gained = new Promise<'gained'>((resolve) => {
    leases.keep('embedded-fleet', { onGained: () => resolve('gained') });
  });
  await leases.start();
  let cancel = (): void => undefined;
  const tooLate = new Promise<'too-late'>((resolve) => {
    cancel = timers.after(PATIENCE_MS, () => resolve('too-late'));
  });
  const outcome = await Promise.race([gained, tooLate]);
  cancel();
  if (outcome === 'gained') return ok(undefined);
  return err(
    problem('unavailable', {
      detail: 'Another server runs on this store with an embedded fleet.',
      remedy: 'Stop it, or connect all servers to the same agents: --bus nats://HOST:PORT.',
    }),
  );
}
