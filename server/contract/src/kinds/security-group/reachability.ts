/** Whether a packet gets from one place to a VM, and which rule says so. */
import { z } from 'zod';
import { SecurityGroupId, VmId } from '../../ids.ts';
import { CidrText } from '../network/network.ts';
import { FirewallRule, RuleDirection } from './firewall.ts';

const PORT_MAX = 65_535;

/** Source, target and protocol of a connection to check. */
export const ReachabilityInput = z.strictObject({
  to_vm_id: VmId.describe('Target VM'),
  from_vm_id: VmId.optional().describe('Source VM; either this or from_cidr'),
  from_cidr: CidrText.optional().describe('Source address block; either this or from_vm_id'),
  protocol: z.enum(['tcp', 'udp', 'icmp']).describe('The protocol'),
  port: z
    .int()
    .min(1)
    .max(PORT_MAX)
    .optional()
    .describe('Port of the target VM; required for tcp and udp'),
});

/**
 * Reason a firewall allows or refuses traffic. `rule`: a rule allows it; `denied`: a rule denies
 * it, regardless of allow rules; `no-rule`: no rule allows it; `unguarded`: the VM has neither
 * groups nor rules in this direction; `same-network`: the same, within its network.
 */
export const GuardReason = z.enum([
  'rule',
  'denied',
  'no-rule',
  'unguarded',
  'no-route',
  'outside-network',
]);
export type GuardReason = z.infer<typeof GuardReason>;

/** Verdict of a firewall on the path. */
export const GuardVerdict = z.looseObject({
  vm_id: VmId.describe('VM whose firewall decides'),
  direction: RuleDirection,
  allowed: z.boolean(),
  reason: GuardReason,
  rule: FirewallRule.nullable().describe(
    'Rule that allows or denies the packet; null if no rule matches',
  ),
  security_group_id: SecurityGroupId.nullable().describe(
    'Security group of the rule; null for a rule of the VM itself, and without a rule',
  ),
  explanation: z.string().describe('Explanation in words'),
});
export type GuardVerdict = z.infer<typeof GuardVerdict>;

/** The answer, with what each firewall on the way says, in the order of the way. */
export const Reachability = z.looseObject({
  allowed: z.boolean().describe('Whether the packet reaches the VM; replies are always allowed'),
  explanation: z.string().describe('Reason in one sentence'),
  verdicts: z.array(GuardVerdict).describe('Decision of each firewall on the way'),
});
export type Reachability = z.infer<typeof Reachability>;
