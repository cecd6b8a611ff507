import type { SecurityGroupId, VmId } from '@novacron/contract/ids';
import type {
  FirewallRule,
  RuleDirection,
  SecurityGroupRule,
} from '@novacron/contract/kinds/security-group/firewall';
import type { GuardReason } from '@novacron/contract/kinds/security-group/reachability';

/** A security group and what it allows. */
export interface GuardGroup {
  readonly id: SecurityGroupId;
  readonly name: string;
  readonly rules: readonly SecurityGroupRule[];
}

/** A network that a VM is connected to. */
export interface NetworkConnection {
  readonly id: string;
  readonly cidr: string;
  /** The address block that contains the VM: its own address, else the whole network. */
  readonly block: string;
}

/** A VM with its firewall rules and security groups. */
export interface GuardedVm {
  readonly id: VmId;
  readonly name: string;
  /** The networks that it is connected to. */
  readonly networks: readonly NetworkConnection[];
  readonly groups: readonly GuardGroup[];
  /** Its own, besides those of its groups. */
  readonly rules: readonly FirewallRule[];
}

/** The source of a packet. */
export type Origin =
  | { readonly kind: 'vm'; readonly vm: GuardedVm }
  | { readonly kind: 'cidr'; readonly cidr: string };

/** The packet whose path is checked. */
export interface Probe {
  readonly from: Origin;
  readonly to: GuardedVm;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** null for a protocol without ports. */
  readonly port: number | null;
}

/** A rule with its group; null for a rule of the VM itself. */
export interface OwnedRule {
  /** With the group's id in the place of `self`. */
  readonly rule: FirewallRule;
  readonly group: GuardGroup | null;
}

/** The verdict of the firewall of one VM. */
export interface Verdict {
  readonly vm: GuardedVm;
  readonly direction: RuleDirection;
  readonly allowed: boolean;
  readonly reason: GuardReason;
  /** The rule that allows or denies it; null where none is needed, or none matches. */
  readonly by: OwnedRule | null;
}

/** Whether it gets through, with the verdict of each firewall on the way. */
export interface ReachabilityPlan {
  readonly allowed: boolean;
  readonly verdicts: readonly Verdict[];
}
