/** Explains standbys in words. */
import type { StandbyChoice, StandbyGap, StandbyPlan } from './model/standby.ts';

const GAPS: Readonly<Record<string, (home: string) => string>> = {
  local: (home: string) => `its root disk is in local storage of ${home}`,
  reach: () => 'no other node in service reaches its disks',
  room: () => 'no other node that reaches its disks has room for it, by its rules',
  quota: () => 'the quotas of its tenant do not allow as much room',
  failover: () => 'the room that is left is kept free for the VMs of lost nodes',
} satisfies Record<StandbyGap, unknown>;

const MOVES: Readonly<Record<StandbyChoice['why'], string>> = {
  new: 'it has none',
  node: 'its node is out of service',
  home: 'the VM is on the same node',
  size: 'the VM has another size',
  disks: 'its node does not reach the disks of the VM',
};

/**
 * Returns why no node can hold the standby of a VM, in a clause.
 * @param gap - as it is stored: of one of a later release, nothing more is known
 */
export function explainStandbyGap(gap: string, home: string): string {
  return GAPS[gap]?.(home) ?? 'no other node can hold it';
}

/** Explains a round: a line for each standby that is given back, or chosen again. */
export function explainStandbys({ release, choose }: StandbyPlan): string[] {
  return [
    ...release.map((id) => `the standby of ${id} is given back`),
    ...choose.map(({ vm, why }) => `a standby is chosen for ${vm.name} (${vm.id}): ${MOVES[why]}`),
  ];
}
