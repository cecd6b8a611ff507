/**
 * Follows a packet: the route, the egress rules of the sender, the ingress rules of the receiver.
 * Where several networks lead to the receiver, one that lets the packet through is enough. Replies
 * are not checked: rules are stateful.
 */
import type { RuleDirection } from '@novacron/contract/kinds/security-group/firewall';
import type {
  GuardedVm,
  NetworkConnection,
  Probe,
  ReachabilityPlan,
  Verdict,
} from './model/network.ts';
import { coversBlock, matchesRule, type Peer } from './rules/matches-rule.ts';
import { ownRules } from './rules/own-rules.ts';

/**
 * Decides whether a packet gets through.
 * @returns the verdicts in the order of the way; the first that denies ends it
 */
export function planReachability(probe: Probe): ReachabilityPlan {
  const verdicts = verdictsOf(probe);
  return { allowed: verdicts.every(({ allowed }) => allowed), verdicts };
}

/** A way of the packet: over the network of one interface of the receiver. */
interface Route {
  /** Source of the packet: a block of addresses. */
  readonly from: string;
  readonly to: NetworkConnection;
}

function verdictsOf(probe: Probe): readonly Verdict[] {
  const ways = routesOf(probe).map((route) => verdictsOn(route, probe));
  const open = ways.find((verdicts) => verdicts.every(({ allowed }) => allowed));
  const refused = [
    { vm: probe.to, direction: 'ingress', allowed: false, reason: 'no-route', by: null },
  ] as const;
  return open ?? ways[0] ?? refused;
}

/** VMs reach each other within a network; from elsewhere packets come to any network. */
function routesOf({ from, to }: Probe): readonly Route[] {
  return to.networks.flatMap((network) => {
    if (from.kind === 'cidr') return [{ from: from.cidr, to: network }];
    const shared = from.vm.networks.find(({ id }) => id === network.id);
    return shared === undefined ? [] : [{ from: shared.block, to: network }];
  });
}

function verdictsOn(route: Route, probe: Probe): readonly Verdict[] {
  const { from, to } = probe;
  const sender = { block: route.from, groupIds: from.kind === 'vm' ? groupIdsOf(from.vm) : [] };
  const inward = guard(to, 'ingress', { probe, peer: sender });
  if (from.kind === 'cidr') return [withinNetwork(inward, route)];
  const receiver = { block: route.to.block, groupIds: groupIdsOf(to) };
  const outward = guard(from.vm, 'egress', { probe, peer: receiver });
  return outward.allowed ? [outward, inward] : [outward];
}

function groupIdsOf({ groups }: GuardedVm): readonly string[] {
  return groups.map(({ id }) => id);
}

function guard(
  vm: GuardedVm,
  direction: RuleDirection,
  { probe, peer }: { readonly probe: Probe; readonly peer: Peer },
): Verdict {
  const rules = ownRules(vm);
  const about = rules.filter(({ rule }) => rule.direction === direction);
  const allowing = about.filter(({ rule }) => rule.action !== 'deny');
  const denied = about.find(({ rule }) => rule.action === 'deny' && matchesRule(rule, probe, peer));
  if (denied !== undefined) return { vm, direction, allowed: false, reason: 'denied', by: denied };
  const isGuarded =
    direction === 'egress' ? allowing.length > 0 : vm.groups.length > 0 || rules.length > 0;
  if (!isGuarded) return { vm, direction, allowed: true, reason: 'unguarded', by: null };
  const by = allowing.find(({ rule }) => matchesRule(rule, probe, peer)) ?? null;
  return { vm, direction, allowed: by !== null, reason: by === null ? 'no-rule' : 'rule', by };
}

/** A VM without rules is reachable from its networks only. */
function withinNetwork(verdict: Verdict, { from, to }: Route): Verdict {
  if (verdict.reason !== 'unguarded') return verdict;
  const isInside = coversBlock(to.cidr, from);
  return isInside ? verdict : { ...verdict, allowed: false, reason: 'outside-network' };
}
