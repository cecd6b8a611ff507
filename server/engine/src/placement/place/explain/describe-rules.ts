/** Describes placement rules in words, for rejections, conflicts and explanations. */
import { assertNever } from '@novacron/contract/result';
import { roundTo } from '../../../round.ts';
import type { AffinityTerm, PeerSelector, SpreadTerm, SuspicionKind } from '../model/placement.ts';
import type { Dimension, Rejection, RejectionReason } from '../model/rule.ts';

const MIB_PER_GB = 1024;
/** 64 MiB, the step of memory, is 0.0625 GB. */
const GB_DECIMALS = 4;

/** Reasons in few words, in the order in which equally frequent ones are listed. */
export const REASON_WORDS: Readonly<Record<RejectionReason, string>> = {
  status: 'not ready',
  'broken-figures': 'without usable figures',
  'pinned-elsewhere': 'not the node it is pinned to',
  excluded: 'excluded',
  zone: 'outside the zone asked for',
  'node-label': 'without a label asked for',
  taint: 'with a taint it does not tolerate',
  network: 'without one of its networks',
  feature: 'without a feature of hypervisors it uses',
  residency: 'outside the jurisdictions allowed',
  'spot-risk': 'too likely to be taken away',
  volume: 'cannot access its volumes',
  licence: 'without a licence',
  cpu: 'too few free cores',
  memory: 'too little free memory',
  disk: 'too little free disk',
  'disk-class': 'too little of a disk class',
  bandwidth: 'too little free bandwidth',
  device: 'too few free devices',
  numa: 'no fitting NUMA cell',
  affinity: 'away from VMs it must be with',
  'anti-affinity': 'with VMs it must be apart from',
  spread: 'too uneven a spread',
  unwelcome: 'with VMs that must be apart from it',
  failover: 'no room left for failover',
};

const STATUS_WORDS = {
  ready: 'ready',
  draining: 'draining',
  maintenance: 'in maintenance',
  standby: 'on standby',
} as const;

/**
 * Says one reason against a node, to be read after the node's name.
 * @example describeRejection({ reason: 'memory', asked: 8192, free: 4096, capacity: 65536 })
 *   // 'lacks 4 GB memory (4 of 64 GB free)'
 */
export function describeRejection(rejection: Rejection): string {
  switch (rejection.reason) {
    case 'cpu':
    case 'memory':
    case 'disk':
      return describeShortage(rejection);
    case 'status':
      return describeStatus(rejection);
    case 'pinned-elsewhere':
      return `is not ${rejection.pinnedTo}, the node that the VM is pinned to`;
    case 'excluded':
      return rejection.why ?? 'is excluded';
    case 'zone':
      return `is in zone ${rejection.zone}, not in ${rejection.zoneWanted}`;
    case 'affinity':
    case 'anti-affinity':
    case 'spread':
    case 'unwelcome':
      return describePeerRejection(rejection);
    case 'disk-class':
    case 'bandwidth':
    case 'device':
    case 'numa':
    case 'broken-figures':
    case 'failover':
      return describeRoomRejection(rejection);
    case 'node-label':
    case 'taint':
    case 'network':
    case 'feature':
    case 'volume':
    case 'residency':
    case 'spot-risk':
    case 'licence':
      return describePlaceRejection(rejection);
    default:
      return assertNever(rejection);
  }
}

const SUSPICION_WORDS: Readonly<Record<SuspicionKind, string>> = {
  silent: 'is suspected to be lost: it was not heard of for some seconds',
  'planned-stop': 'takes no VMs for now: its agent was stopped on purpose',
  'agent-silent': 'takes no VMs for now: it is alive, and its agent does not respond',
  'cut-off': 'takes no VMs for now: its storage has cut it off',
};

function describeStatus({
  status,
  controlPlane,
  suspected,
}: Extract<Rejection, { reason: 'status' }>): string {
  if (status !== 'lost') return `takes no VMs: it is ${STATUS_WORDS[status]}`;
  if (suspected !== undefined) return SUSPICION_WORDS[suspected];
  return controlPlane === 'other'
    ? 'is lost: its agent follows another control plane and refuses this one'
    : 'is lost: it has not been heard of within its lease';
}

/** Names the rule behind a reason, the same for every node that it refuses. */
export function describeRule(rejection: Rejection): string {
  switch (rejection.reason) {
    case 'cpu':
      return withUnit('cpu', rejection.asked);
    case 'memory':
    case 'disk':
      return `${withUnit(rejection.reason, rejection.asked)} ${rejection.reason}`;
    case 'pinned-elsewhere':
      return `the pin to ${rejection.pinnedTo}`;
    case 'excluded':
      return 'the nodes it excludes';
    case 'zone':
      return `zone ${rejection.zoneWanted}`;
    case 'node-label':
      return `the node label ${rejection.label}=${rejection.wanted}`;
    case 'network':
      return `the network ${rejection.network}`;
    case 'feature':
      return rejection.feature;
    case 'volume':
      return `the volume ${rejection.volume}`;
    case 'residency':
      return `data in ${rejection.wanted}`;
    case 'licence':
      return `the licence ${rejection.licence}`;
    case 'device':
      return `${rejection.count} ${rejection.kind}`;
    case 'disk-class':
    case 'bandwidth':
      return rejection.pool;
    case 'affinity':
    case 'anti-affinity':
      return describeTerm(rejection.term);
    case 'spread':
      return describeSpread(rejection.term);
    case 'unwelcome':
      return `VMs that must be apart from it by ${rejection.level}`;
    case 'failover':
      return 'room for failover';
    case 'numa':
      return 'its NUMA fit';
    case 'taint':
      return 'the taints it does not tolerate';
    case 'spot-risk':
      return `a spot risk of at most ${rejection.most}`;
    case 'status':
      return 'nodes out of service';
    case 'broken-figures':
      return 'nodes without usable figures';
    default:
      return assertNever(rejection);
  }
}

/** An affinity term: `apart from group web by node`. */
export function describeTerm({ rule, to, level }: AffinityTerm): string {
  const where = rule === 'apart' ? `apart from ${describeSelector(to)} by` : undefined;
  return where === undefined
    ? `together with ${describeSelector(to)} in one ${level}`
    : `${where} ${level}`;
}

/** Describes the selected VMs: `VM db-1`, `group web`, `VMs labelled tier=web`. */
export function describeSelector(selector: PeerSelector): string {
  switch (selector.kind) {
    case 'vm':
      return `VM ${selector.name}`;
    case 'group':
      return `group ${selector.group}`;
    default: {
      const labels = Object.entries(selector.labels).map(([key, value]) => `${key}=${value}`);
      return `VMs labelled ${labels.sort().join(', ')}`;
    }
  }
}

/** Converts an amount to the unit that is shown to people: memory in GB. */
export function amountOf(dimension: Dimension, amount: number): number {
  return dimension === 'memory' ? roundTo(amount / MIB_PER_GB, GB_DECIMALS) : amount;
}

/** An amount with its unit: `1 core`, `0.5 GB`. */
export function withUnit(dimension: Dimension, amount: number): string {
  const value = amountOf(dimension, amount);
  if (dimension !== 'cpu') return `${value} GB`;
  return `${value} ${value === 1 ? 'core' : 'cores'}`;
}

function describeSpread({ of, level, maxSkew }: SpreadTerm): string {
  return `an even spread of ${describeSelector(of)} by ${level} (at most ${maxSkew} apart)`;
}

function describeShortage(shortage: Rejection & { readonly reason: Dimension }): string {
  const { reason, asked, free, capacity } = shortage;
  const noun = reason === 'cpu' ? '' : ` ${reason}`;
  const freeText = `${amountOf(reason, free)} of ${withUnit(reason, capacity)} free`;
  return `lacks ${withUnit(reason, asked - free)}${noun} (${freeText})`;
}

type PeerRejection = Rejection & {
  readonly reason: 'affinity' | 'anti-affinity' | 'spread' | 'unwelcome';
};

function describePeerRejection(rejection: PeerRejection): string {
  switch (rejection.reason) {
    case 'affinity':
      return `has none of ${describeSelector(rejection.term.to)} in its ${rejection.term.level}`;
    case 'anti-affinity': {
      const { term, found } = rejection;
      return `has ${found} of ${describeSelector(term.to)} in its ${term.level}`;
    }
    case 'spread': {
      const { term, found, least } = rejection;
      const others = `another ${term.level} has ${least}, and ${term.maxSkew} more are allowed`;
      return `has ${found} of ${describeSelector(term.of)} in its ${term.level}: ${others}`;
    }
    default:
      return `has a VM in its ${rejection.level} that must be apart from this one`;
  }
}

type RoomRejection = Rejection & {
  readonly reason: 'disk-class' | 'bandwidth' | 'device' | 'numa' | 'broken-figures' | 'failover';
};

function describeRoomRejection(rejection: RoomRejection): string {
  switch (rejection.reason) {
    case 'disk-class':
      return `lacks ${rejection.lacking} GB of ${rejection.pool} (${rejection.left} GB free)`;
    case 'bandwidth':
      if (rejection.unknown === 'yes') return 'does not say its network bandwidth';
      return `lacks ${rejection.lacking} Mbit/s of bandwidth (${rejection.left} Mbit/s free)`;
    case 'device':
      if (rejection.unknown === 'yes') return `does not say whether it has a ${rejection.kind}`;
      return `cannot give ${rejection.count} ${rejection.kind} as asked`;
    case 'numa':
      if (rejection.unknown === 'yes') return 'does not say its NUMA cells';
      return `has no NUMA fit (${rejection.largestCores} cores free in its emptiest cell)`;
    case 'broken-figures':
      return `reports a ${rejection.figure} that is not a number`;
    default:
      return `would leave the VMs of ${rejection.failing} without room to restart elsewhere`;
  }
}

type PlaceRejection = Exclude<
  Rejection,
  | PeerRejection
  | RoomRejection
  | { readonly reason: Dimension | 'status' | 'pinned-elsewhere' | 'excluded' | 'zone' }
>;

function describePlaceRejection(rejection: PlaceRejection): string {
  switch (rejection.reason) {
    case 'node-label':
      return `lacks the label ${rejection.label}=${rejection.wanted}`;
    case 'taint':
      return `has the taint ${rejection.taint}, which the VM does not tolerate`;
    case 'network':
      return `does not reach the network ${rejection.network}`;
    case 'feature':
      return `has a hypervisor without ${rejection.feature}`;
    case 'volume':
      return `does not reach the volume ${rejection.volume}`;
    case 'residency':
      return rejection.jurisdiction === ''
        ? `states no jurisdiction; the data must lie in ${rejection.wanted}`
        : `keeps data in ${rejection.jurisdiction}, not in ${rejection.wanted}`;
    case 'spot-risk':
      return `may be taken away (risk ${rejection.risk}; at most ${rejection.most} is allowed)`;
    default:
      if (rejection.limit === 0) return `has no licence of ${rejection.licence}: there are none`;
      return `has no licence of ${rejection.licence}: all ${rejection.limit} are in use`;
  }
}
