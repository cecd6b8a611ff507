/** Decides whether a VM that stopped unexpectedly is restarted. */
import type { RestartPolicy, StoppedVm } from '../model/restart.ts';

/** Policies that restart a VM, by the reason why it stopped. */
const STARTED_BY: Readonly<Record<StoppedVm['ending'], readonly RestartPolicy[]>> = {
  failure: ['on-failure', 'always'],
  shutdown: ['always'],
};

/** Whether the policy of a VM starts it after such an end. */
export function isStartedAgain({ policy, ending }: Pick<StoppedVm, 'policy' | 'ending'>): boolean {
  return STARTED_BY[ending].includes(policy);
}
