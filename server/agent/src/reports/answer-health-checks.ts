/** Answers servers that have the health of a guest checked. */
import type { Responder } from '@novacron/bus/bus';
import { type HealthAnswer, HealthQuery } from '@novacron/contract/agent/health-query';
import type { ControlPlaneClaim } from '@novacron/contract/fleet/control-plane';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import type { Driver } from '../drivers/driver.ts';
import { maskPaths } from '../drivers/mask-host-details.ts';

/** Dependencies of the responder. */
export interface HealthCheckParts {
  readonly driver: Pick<Driver, 'name' | 'checkHealth'>;
  /** Whether the agent follows the control plane that a server claims to be. */
  readonly isFollowed: (claim: ControlPlaneClaim) => Promise<boolean>;
}

/**
 * Makes the responder. It keeps nothing: the server counts results. A server that was started on a
 * copy of the store runs no programs in guests.
 */
export function answerHealthChecks({ driver, isFollowed }: HealthCheckParts): Responder {
  return async (message): Promise<HealthAnswer> => {
    const parsed = HealthQuery.safeParse(message);
    if (!parsed.success) {
      return unknown(toValidationProblem(parsed.error, 'The question about the guest').detail);
    }
    if (driver.checkHealth === undefined) {
      return unknown(`the hypervisor ${driver.name} cannot check guests`);
    }
    const { vm_id, probe, timeout_ms: timeoutMs, control_plane: claim } = parsed.data;
    if (claim !== undefined && !(await isFollowed(claim))) {
      return unknown('the agent follows another control plane');
    }
    const answer = await driver.checkHealth(vm_id, { probe, timeoutMs });
    return answer.ok ? answer.value : unknown(maskPaths(answer.error.message));
  };
}

function unknown(reason: string): HealthAnswer {
  return { kind: 'unknown', reason };
}
