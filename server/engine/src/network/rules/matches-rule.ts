import { covers, parseCidr } from '@novacron/contract/cidr';
import type { FirewallRule } from '@novacron/contract/firewall';
import type { Probe } from '../model.ts';

/** The other end, as a rule sees it. */
export interface Peer {
  /** The address block of the other end; null where nobody knows an address. */
  readonly block: string | null;
  /** Ids of the security groups that it has. */
  readonly groupIds: readonly string[];
}

/** Whether a rule is about what is asked; of a block of addresses all have to be meant. */
export function matchesRule(
  rule: FirewallRule,
  { protocol, port }: Pick<Probe, 'protocol' | 'port'>,
  peer: Peer,
): boolean {
  if (rule.protocol !== 'any' && rule.protocol !== protocol) return false;
  if (rule.ports !== null && !hasPort(rule.ports, port)) return false;
  if (rule.group_id !== null) return peer.groupIds.includes(rule.group_id);
  return rule.cidr !== null && peer.block !== null && coversBlock(rule.cidr, peer.block);
}

function hasPort(ports: string, port: number | null): boolean {
  const [from = 0, to = from] = ports.split('-').map(Number);
  return port !== null && from <= port && port <= to;
}

/** Whether every address of the inner block is in the outer one. */
export function coversBlock(outer: string, inner: string): boolean {
  const [left, right] = [parseCidr(outer), parseCidr(inner)];
  return left.ok && right.ok && covers(left.value, right.value);
}
