import type { PolicyRuntime } from '../../../ports/policy-runtime.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';

/** Wraps the policy runtime with metrics. */
export function observePolicies(policies: PolicyRuntime, telemetry: Telemetry): PolicyRuntime {
  return {
    ...policies,
    compile: async (...given) => {
      const stopTimer = telemetry.startTimer('novacron_policy_compile_duration_seconds');
      const compiled = await policies.compile(...given);
      stopTimer({ outcome: compiled.ok ? 'compiled' : compiled.error.code });
      return compiled;
    },
    evaluate: async (...given) => {
      // Trials and repairs are not what requests wait for: they would hide it.
      const [, , { lane }] = given;
      if (lane === 'quiet') return policies.evaluate(...given);
      const stopTimer = telemetry.startTimer('novacron_policy_evaluation_duration_seconds');
      const answer = await policies.evaluate(...given);
      stopTimer({});
      const outcome = answer.ok ? 'answered' : answer.error.code;
      telemetry.count('novacron_policy_evaluations_total', { outcome });
      return answer;
    },
  };
}
