import { covers, overlaps, parseCidr } from '@novacron/contract/formats/cidr';
import { ALL_PORTS, type FirewallRule } from '@novacron/contract/kinds/security-group/firewall';
import type { Probe } from '../model/network.ts';

/** The other end, as a rule sees it. */
export interface Peer {
  /** The address block of the other end. */
  readonly block: string;
  /** Ids of the security groups that it has. */
  readonly groupIds: readonly string[];
}

/**
 * Whether a rule matches a probe. It allows a block of addresses as a whole or not at all, and
 * denies the whole block where it denies a part.
 */
export function matchesRule(
  rule: FirewallRule,
  { protocol, port }: Pick<Probe, 'protocol' | 'port'>,
  peer: Peer,
): boolean {
  if (rule.protocol !== 'any' && rule.protocol !== protocol) return false;
  if (rule.ports !== null && !hasPort(rule.ports, port)) return false;
  if (rule.group_id !== null) return peer.groupIds.includes(rule.group_id);
  if (rule.cidr === null) return false;
  return rule.action === 'deny'
    ? touchesBlock(rule.cidr, peer.block)
    : coversBlock(rule.cidr, peer.block);
}

function hasPort(ports: string, port: number | null): boolean {
  if (ports === ALL_PORTS) return true;
  const [from = 0, to = from] = ports.split('-').map(Number);
  return port !== null && from <= port && port <= to;
}

function touchesBlock(one: string, other: string): boolean {
  const [left, right] = [parseCidr(one), parseCidr(other)];
  return left.ok && right.ok && overlaps(left.value, right.value);
}

/** Whether every address of the inner block is in the outer one. */
export function coversBlock(outer: string, inner: string): boolean {
  const [left, right] = [parseCidr(outer), parseCidr(inner)];
  return left.ok && right.ok && covers(left.value, right.value);
}
