/** Plans the health of a VM from the results of its checks. See README.md. */
import type { Env } from '../../env.ts';
import type { CheckResult, Health, HealthThresholds } from './model/health.ts';

/** The health of a VM that was started. */
export function startHealth(startedAtMs: number): Health {
  return { state: 'starting', streak: 0, startedAtMs };
}

/** Returns the health of a VM after another check result. */
export function planHealth(
  before: Health,
  result: CheckResult,
  { healthyAfter, unhealthyAfter, startPeriodMs }: HealthThresholds,
  { nowMs }: Pick<Env, 'nowMs'>,
): Health {
  if (result === 'unknown') return before;
  if (result === 'passed') {
    const streak = Math.max(0, before.streak) + 1;
    return { ...before, streak, state: streak >= healthyAfter ? 'healthy' : before.state };
  }
  const hasPassed = before.state !== 'starting' || before.streak > 0;
  const isEarly = nowMs - before.startedAtMs < startPeriodMs;
  if (!hasPassed && isEarly) return before;
  const streak = Math.min(0, before.streak) - 1;
  return { ...before, streak, state: -streak >= unhealthyAfter ? 'unhealthy' : before.state };
}
