/**
 * Follows a packet: the route, the egress rules of the sender, the ingress rules of the receiver.
 * Replies are not checked: rules are stateful.
 */
import type { RuleDirection } from '@novacron/contract/kinds/security-group/firewall';
import type { GuardedVm, Probe, ReachabilityPlan, Verdict } from './model/network.ts';
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

function verdictsOf(probe: Probe): Verdict[] {
  const { from, to } = probe;
  if (!hasRoute(probe)) {
    return [{ vm: to, direction: 'ingress', allowed: false, reason: 'no-route', by: null }];
  }
  const inward = guard(to, 'ingress', probe);
  if (from.kind === 'cidr') return [withinNetwork(inward, from.cidr)];
  const outward = guard(from.vm, 'egress', probe);
  return outward.allowed ? [outward, inward] : [outward];
}

/** VMs reach each other within a network; from elsewhere packets come to any network. */
function hasRoute({ from, to }: Probe): boolean {
  if (to.network === null) return false;
  return from.kind === 'cidr' || from.vm.network?.id === to.network.id;
}

function guard(vm: GuardedVm, direction: RuleDirection, probe: Probe): Verdict {
  const rules = ownRules(vm);
  const about = rules.filter(({ rule }) => rule.direction === direction);
  const allowing = about.filter(({ rule }) => rule.action !== 'deny');
  const peer = peerOf(direction, probe);
  const denied = about.find(({ rule }) => rule.action === 'deny' && matchesRule(rule, probe, peer));
  if (denied !== undefined) return { vm, direction, allowed: false, reason: 'denied', by: denied };
  const isGuarded =
    direction === 'egress' ? allowing.length > 0 : vm.groups.length > 0 || rules.length > 0;
  if (!isGuarded) return { vm, direction, allowed: true, reason: 'unguarded', by: null };
  const by = allowing.find(({ rule }) => matchesRule(rule, probe, peer)) ?? null;
  return { vm, direction, allowed: by !== null, reason: by === null ? 'no-rule' : 'rule', by };
}

function peerOf(direction: RuleDirection, { from, to }: Probe): Peer {
  if (direction === 'ingress' && from.kind === 'cidr') return { block: from.cidr, groupIds: [] };
  const vm = direction === 'egress' || from.kind === 'cidr' ? to : from.vm;
  return { block: vm.block, groupIds: vm.groups.map(({ id }) => id) };
}

/** A VM without rules is reachable from its network only. */
function withinNetwork(verdict: Verdict, cidr: string): Verdict {
  if (verdict.reason !== 'unguarded') return verdict;
  const isInside = coversBlock(verdict.vm.network?.cidr ?? '', cidr);
  return isInside ? verdict : { ...verdict, allowed: false, reason: 'outside-network' };
}
