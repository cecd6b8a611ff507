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

/** A VM with what guards it. */
export interface GuardedVm {
  readonly id: VmId;
  readonly name: string;
  /** The network that it is connected to; null for none. */
  readonly network: { readonly id: string; readonly cidr: string } | null;
  /** The address block that surely has it: its own address, else that of its network. */
  readonly block: string | null;
  readonly groups: readonly GuardGroup[];
  /** Its own, besides those of its groups. */
  readonly rules: readonly FirewallRule[];
}

/** Where something comes from. */
export type Origin =
  | { readonly kind: 'vm'; readonly vm: GuardedVm }
  | { readonly kind: 'cidr'; readonly cidr: string };

/** What wants to get where. */
export interface Probe {
  readonly from: Origin;
  readonly to: GuardedVm;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** null for a protocol without ports. */
  readonly port: number | null;
}

/** A rule with the group that it is of; none for a rule of the VM itself. */
export interface OwnedRule {
  /** With the group's id in the place of `self`. */
  readonly rule: FirewallRule;
  readonly group: GuardGroup | null;
}

/** What the firewall of one VM says. */
export interface Verdict {
  readonly vm: GuardedVm;
  readonly direction: RuleDirection;
  readonly allowed: boolean;
  readonly reason: GuardReason;
  /** What allows or denies it; null where nothing has to, or nothing does. */
  readonly by: OwnedRule | null;
}

/** Whether it gets through, with what each firewall on the way says. */
export interface ReachabilityPlan {
  readonly allowed: boolean;
  readonly verdicts: readonly Verdict[];
}
