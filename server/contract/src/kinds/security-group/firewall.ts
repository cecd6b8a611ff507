/**
 * Firewall rules, as security groups and VMs carry them. A rule allows; what no rule allows is
 * refused, and what a rule denies is refused whatever allows it. Rules are stateful: an answer
 * follows its request back without a rule of its own.
 * Sources: security groups of OpenStack Neutron and of Amazon VPC.
 */
import { z } from 'zod';
import { canonicalAddress } from '../../formats/canonical-address.ts';
import { SecurityGroupId } from '../../ids.ts';
import { nullWhenAbsent } from '../../schema/null-when-absent.ts';
import { CidrText } from '../network/network.ts';

/** `ingress` reaches the VM, `egress` leaves it. */
export const RuleDirection = z.enum(['ingress', 'egress']);
export type RuleDirection = z.infer<typeof RuleDirection>;

/** Protocol of a rule; `any` means every protocol. */
export const RuleProtocol = z.enum(['tcp', 'udp', 'icmp', 'any']);

/** `allow` lets through; `deny` refuses, whatever allows it. */
export const RuleAction = z.enum(['allow', 'deny']);

/** Stands for the security group of the rule, whose id is not known before it is created. */
export const SELF = 'self';

/** Stands for every port of `tcp` or `udp`. */
export const ALL_PORTS = 'all';

const PORT_MAX = 65_535;

/** Longest note on a rule. Unit: characters. */
const NOTE_LENGTH_MAX = 128;

/** More rules than this are rather two groups. */
const RULES_MAX = 64;

/** More groups than this hide from people what a VM lets in. */
const GROUPS_PER_VM_MAX = 16;

/** Unit: characters. */
const PORTS_LENGTH_MAX = 64;

/** Ids are shorter. Unit: characters. */
const PEER_LENGTH_MAX = 64;

/** All ports, one port or a range, without leading zeros: `all`, `443`, `8000-8999`. */
const Ports = z
  .string()
  .max(PORTS_LENGTH_MAX, { abort: true })
  .regex(
    /^(?:all|[1-9]\d{0,4}(?:-[1-9]\d{0,4})?)$/,
    'must be all, a port or a range, such as 443 or 8000-8999',
  )
  .refine(isRising, 'must have ports from 1 to 65535, the first of a range below the last');

/** The protocols that have ports. A rule of theirs names its ports: a missing key opens none. */
const WITH_PORTS: ReadonlySet<string> = new Set(['tcp', 'udp']);

function isRising(text: string): boolean {
  if (text === ALL_PORTS) return true;
  const [from = 0, to] = text.split('-').map(Number);
  return from <= PORT_MAX && (to === undefined || (from < to && to <= PORT_MAX));
}

function ruleWith<Peer extends z.ZodType>(peer: Peer, peerWords: string) {
  return z
    .strictObject({
      direction: RuleDirection.describe('Direction of the traffic: `ingress` or `egress`.'),
      // Without a default: a misspelt key of a `deny` rule, which Terraform drops, would allow.
      action: RuleAction.describe(
        'Action: `allow` or `deny`; a `deny` rule overrides all `allow` rules.',
      ),
      protocol: RuleProtocol.describe('Protocol; `any` means all protocols.'),
      ports: nullWhenAbsent(
        Ports,
        'Port, such as `443`, range, such as `8000-8999`, or `all`. Required for `tcp` and ' +
          '`udp`; other protocols have no ports.',
      ),
      cidr: nullWhenAbsent(
        CidrText,
        'Address block of the source (ingress) or the destination (egress).',
      ),
      group_id: nullWhenAbsent(peer, peerWords),
      description: nullWhenAbsent(z.string().max(NOTE_LENGTH_MAX), 'Description of the rule.'),
    })
    .refine(({ cidr, group_id }) => (cidr === null) !== (group_id === null), {
      error: 'must name exactly one of cidr and group_id; 0.0.0.0/0 is every IPv4 address',
    })
    .refine(({ protocol, ports }) => ports !== null || !WITH_PORTS.has(protocol), {
      error: 'is needed for tcp and udp: a port, a range such as 8000-8999, or all',
      path: ['ports'],
    })
    .refine(({ protocol, ports }) => ports === null || WITH_PORTS.has(protocol), {
      error: 'has ports, which only tcp and udp have',
      path: ['ports'],
    })
    .meta({ example: RULE_EXAMPLE });
}

const RULE_EXAMPLE = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '443',
  cidr: '0.0.0.0/0',
  group_id: null,
  description: 'HTTPS from everywhere',
};

/** A rule of a VM of its own. */
export const FirewallRule = ruleWith(
  SecurityGroupId,
  'Id of the security group whose VMs the rule lets in, or lets the VM reach.',
);
export type FirewallRule = z.infer<typeof FirewallRule>;

/** A rule of a security group. */
export const SecurityGroupRule = ruleWith(
  z
    .string()
    .max(PEER_LENGTH_MAX, { abort: true })
    .refine(
      (text) => text === SELF || SecurityGroupId.safeParse(text).success,
      'must be the id of a security group (sg_…) or self',
    ),
  'Id of the security group whose VMs the rule is about, or `self` for the group of the rule.',
);
export type SecurityGroupRule = z.infer<typeof SecurityGroupRule>;

/** The rules of a VM of its own. */
export const FirewallRules = z
  .array(FirewallRule)
  .max(RULES_MAX, `must have at most ${RULES_MAX} rules`);

/** The rules of a security group. */
export const SecurityGroupRules = z
  .array(SecurityGroupRule)
  .max(RULES_MAX, `must have at most ${RULES_MAX} rules`);

/** Returns rules for comparison: with the canonical spelling of their address blocks. */
export function canonicalRules(rules: unknown): unknown {
  if (!Array.isArray(rules)) return rules;
  return rules.map((rule) => {
    const isRule = typeof rule === 'object' && rule !== null && 'cidr' in rule;
    return isRule ? { ...rule, cidr: canonicalAddress(rule.cidr) } : rule;
  });
}

/** The security groups of a VM. */
export const SecurityGroupIds = z
  .array(SecurityGroupId)
  .max(GROUPS_PER_VM_MAX, `must have at most ${GROUPS_PER_VM_MAX} groups`);

/** Examples for the rows of the resource table. */
export const RULES_EXAMPLE = [RULE_EXAMPLE];
