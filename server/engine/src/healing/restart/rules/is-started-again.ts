/** Which VMs that stopped by themselves are started again. */
import type { RestartPolicy, StoppedVm } from '../model/restart.ts';

/** By how they ended, the policies that start them. */
const STARTED_BY: Readonly<Record<StoppedVm['ending'], readonly RestartPolicy[]>> = {
  failure: ['on-failure', 'always'],
  shutdown: ['always'],
};

/** Whether the policy of a VM starts it after such an end. */
export function isStartedAgain({ policy, ending }: Pick<StoppedVm, 'policy' | 'ending'>): boolean {
  return STARTED_BY[ending].includes(policy);
}
