/** Answers servers that have the health of a guest checked. */
import type { Responder } from '@novacron/bus/bus';
import { type HealthAnswer, HealthQuery } from '@novacron/contract/agent/health-query';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import type { Driver } from '../drivers/driver.ts';

/** Makes the responder. It keeps nothing: the server counts results. */
export function answerHealthChecks({
  driver,
}: {
  readonly driver: Pick<Driver, 'name' | 'checkHealth'>;
}): Responder {
  return async (message): Promise<HealthAnswer> => {
    const parsed = HealthQuery.safeParse(message);
    if (!parsed.success) {
      return unknown(toValidationProblem(parsed.error, 'The question about the guest').detail);
    }
    if (driver.checkHealth === undefined) {
      return unknown(`the hypervisor ${driver.name} cannot check guests`);
    }
    const { vm_id, probe, timeout_ms: timeoutMs } = parsed.data;
    const answer = await driver.checkHealth(vm_id, { probe, timeoutMs });
    return answer.ok ? answer.value : unknown(answer.error.message);
  };
}

function unknown(reason: string): HealthAnswer {
  return { kind: 'unknown', reason };
}
