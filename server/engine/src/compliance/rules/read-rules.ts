/** Reads firewall rules: whom a rule lets in, and at which ports. */
import type { RuleFacts } from '../model/facts.ts';

type PortRange = readonly [number, number];

const PORT_MAX = 65_535;

/** A source this large counts as the world, so that two halves of all addresses do, too. */
const WORLD_PREFIX_MAX = 7;

/** Whether the rule admits traffic from the whole Internet. */
export function isFromWorld(rule: RuleFacts): boolean {
  return rule.direction === 'ingress' && allowsWorld(rule);
}

/** Whether the rule admits traffic to the whole Internet. */
export function isToWorld(rule: RuleFacts): boolean {
  return rule.direction === 'egress' && allowsWorld(rule);
}

function allowsWorld({ action, cidr }: RuleFacts): boolean {
  if (action !== 'allow' || cidr === null) return false;
  return prefixOf(cidr) <= WORLD_PREFIX_MAX && !UNIQUE_LOCAL.test(cidr);
}

/** IPv6 addresses that are not routed in the Internet (RFC 4193), fc00::/7. */
const UNIQUE_LOCAL = /^f[cd]/i;

function prefixOf(cidr: string): number {
  const [, length = ''] = cidr.split('/');
  return length === '' ? Number.POSITIVE_INFINITY : Number(length);
}

/** The first of the ports that the rule covers; undefined if it covers none of them. */
export function coveredPort(rule: RuleFacts, ports: readonly PortRange[]): string | undefined {
  const range = rangeOf(rule);
  const hit = range && ports.find(([first, last]) => range[0] <= last && first <= range[1]);
  if (hit === undefined) return undefined;
  return hit[0] === hit[1] ? `${hit[0]}` : `${hit[0]}-${hit[1]}`;
}

/** Whether the rule covers every port of its protocol. */
export function isAnyPort(rule: RuleFacts): boolean {
  const range = rangeOf(rule);
  return range !== undefined && range[0] <= 1 && range[1] === PORT_MAX;
}

function rangeOf({ protocol, ports }: RuleFacts): PortRange | undefined {
  if (protocol === 'any') return [0, PORT_MAX];
  if (protocol === 'icmp' || ports === null) return undefined;
  if (ports === 'all') return [0, PORT_MAX];
  const [first = 0, last = first] = ports.split('-').map(Number);
  return [first, last];
}
