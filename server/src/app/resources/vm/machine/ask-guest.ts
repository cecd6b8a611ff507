/** Asks the agent of a node about the guest of a VM. */
import { healthSubject } from '@novacron/contract/agent/agent-subjects';
import { HealthAnswer, type HealthProbe } from '@novacron/contract/agent/health-query';
import type { KernelDeps } from '../../../kernel/context/deps.ts';

/** Time limit for the agent's reply, besides the probe itself. Unit: ms. */
export const REPLY_MS_MAX = 5_000;

/** Probe of a guest. */
export interface GuestQuestion {
  /** Name of the node. */
  readonly node: string;
  readonly vmId: string;
  readonly probe: HealthProbe;
  /** Time limit of the probe. Unit: ms. */
  readonly timeoutMs: number;
}

/**
 * Asks it, once.
 * @returns `not-leading`: another server leads the fleet, and nothing was asked; undefined: the
 *   agent did not answer
 */
export async function askGuest(
  { bus, controlPlane }: Pick<KernelDeps, 'bus' | 'controlPlane'>,
  { node, vmId, probe, timeoutMs }: GuestQuestion,
): Promise<HealthAnswer | 'not-leading' | undefined> {
  const claim = await controlPlane.claimFor(undefined);
  if (!claim.ok || claim.value === 'other') return 'not-leading';
  const query = { vm_id: vmId, probe, timeout_ms: timeoutMs, control_plane: claim.value };
  const reply = await bus.request(healthSubject(node), query, {
    timeoutMs: timeoutMs + REPLY_MS_MAX,
  });
  return reply.ok ? HealthAnswer.safeParse(reply.value).data : undefined;
}
