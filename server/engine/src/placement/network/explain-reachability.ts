import { ALL_PORTS, type FirewallRule } from '@novacron/contract/kinds/security-group/firewall';
import type { GuardedVm, OwnedRule, Probe, ReachabilityPlan, Verdict } from './model/network.ts';

/** Explains reachability: the result in one sentence, and each verdict in one. */
export interface ReachabilityNames {
  readonly summary: string;
  /** In the order of the verdicts. */
  readonly verdicts: readonly string[];
}

/** Explains a plan in words for people. */
export function explainReachability(probe: Probe, plan: ReachabilityPlan): ReachabilityNames {
  const verdicts = plan.verdicts.map((verdict) => explainVerdict(verdict, probe));
  const what = `${packetOf(probe)} from ${originOf(probe)} to ${probe.to.name}`;
  const summary = plan.allowed ? `${what} gets through.` : `${what} does not get through.`;
  return { summary, verdicts };
}

function packetOf({ protocol, port }: Probe): string {
  return port === null ? protocol : `${protocol} ${port}`;
}

function originOf({ from }: Probe): string {
  return from.kind === 'vm' ? from.vm.name : from.cidr;
}

function explainVerdict(verdict: Verdict, probe: Probe): string {
  const { vm, direction, reason, by } = verdict;
  const way = direction === 'ingress' ? 'in' : 'out';
  switch (reason) {
    case 'rule':
      return `${vm.name} lets it ${way}: ${sourceOf(by)} allows it.`;
    case 'denied':
      return `${vm.name} does not let it ${way}: ${sourceOf(by)} denies it.`;
    case 'no-rule':
      return `${vm.name} does not let it ${way}: none of its ${direction} rules allows it.`;
    case 'unguarded':
      return direction === 'ingress'
        ? `${vm.name} lets it in: it has no firewall, so its network reaches it.`
        : `${vm.name} lets it out: it has no egress rule, so everything gets out.`;
    case 'outside-network':
      return `${vm.name} does not let it in: it has no firewall, so only ` + `${networksOf(vm)}.`;
    case 'no-route':
      return `There is no way to ${vm.name}: ${whyNoRoute(probe)}.`;
  }
}

function networksOf({ networks }: GuardedVm): string {
  const blocks = networks.map(({ cidr }) => cidr).join(' and ');
  return networks.length === 1 ? `its network ${blocks} reaches it` : `${blocks} reach it`;
}

/** Describes a rule and its owner. */
function sourceOf(by: OwnedRule | null): string {
  if (by === null) return 'a rule of its own';
  const owner = by.group === null ? 'its own' : `the security group ${by.group.name}`;
  return `${ruleOf(by.rule)} of ${owner}`;
}

function whyNoRoute({ from, to }: Probe): string {
  if (to.networks.length === 0) return 'it is connected to no network';
  if (from.kind === 'vm' && from.vm.networks.length === 0) {
    return `${from.vm.name} is connected to no network`;
  }
  return 'the two VMs are in different networks, which are separate';
}

/** Describes a rule: `ingress tcp 443 from 10.0.0.0/8`. */
function ruleOf({ direction, protocol, ports, cidr, group_id }: FirewallRule): string {
  const towards = direction === 'ingress' ? 'from' : 'to';
  const peer = cidr ?? `the group ${group_id ?? ''}`;
  const named = ports === ALL_PORTS ? null : ports;
  const packet = protocol === 'any' ? 'anything' : [protocol, named ?? ''].join(' ').trim();
  return `the rule ${direction} ${packet} ${towards} ${peer}`;
}
