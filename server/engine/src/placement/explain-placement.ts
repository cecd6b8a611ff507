/** Placement in lines for people: plan, API, CLI and dashboard show the same ones. */
import { assertNever } from '@novacron/contract/result';
import { roundTo } from '../round.ts';
import type {
  Amounts,
  Candidate,
  Dimension,
  PlacementInput,
  RejectedNode,
  Rejection,
  RejectionReason,
  ScoreView,
} from './model.ts';
import { countRejections } from './reject-nodes.ts';

const MIB_PER_GB = 1024;
/** 64 MiB, the step of memory, is 0.0625 GB. */
const GB_DECIMALS = 4;

const REASON_WORDS: Readonly<Record<RejectionReason, string>> = {
  status: 'not ready',
  'pinned-elsewhere': 'not the node it is pinned to',
  excluded: 'excluded by the request',
  zone: 'outside the zone asked for',
  cpu: 'too few free cores',
  memory: 'too little free memory',
  disk: 'too little free disk',
};

/**
 * Explains a choice.
 * @returns what the node will look like, how it scored, who came next and who was refused; a line
 *   each, without a full stop
 */
export function explainPlacement(choice: {
  readonly input: PlacementInput;
  readonly view: ScoreView;
  readonly best: Candidate;
  readonly others: readonly Candidate[];
  readonly rejected: readonly RejectedNode[];
}): string[] {
  const { input, view, best, others, rejected } = choice;
  const lines = [describeUse(best, input.vm), describeScores(best, input)];
  const like = describeLikeVms(best, view);
  if (like !== undefined) lines.push(like);
  lines.push(describeOthers(best, others));
  if (rejected.length > 0) {
    lines.push(describeRejected(rejected, input.nodes.length));
  }
  return lines;
}

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
      return rejection.status === 'lost'
        ? 'is lost: it has not been heard of within its lease'
        : `takes no VMs: it is ${rejection.status === 'draining' ? 'draining' : 'in maintenance'}`;
    case 'pinned-elsewhere':
      return `is not ${rejection.pinnedTo}, the node that the VM is pinned to`;
    case 'excluded':
      return 'is excluded by the request';
    case 'zone':
      return `is in zone ${rejection.zone}, not in ${rejection.zoneWanted}`;
    default:
      return assertNever(rejection);
  }
}

/** Counts refusals in words: `2 of 3 nodes refused: not ready (1), too few free cores (1)`. */
function describeRejected(rejected: readonly RejectedNode[], nodeCount: number): string {
  return `${rejected.length} of ${nodeCount} nodes refused: ${describeReasons(rejected)}`;
}

/** The reasons alone, most frequent first. */
export function describeReasons(rejected: readonly RejectedNode[]): string {
  const counts = countRejections(rejected);
  const reasons = Object.entries(REASON_WORDS).flatMap(([reason, words]) => {
    const count = counts[reason];
    return count === undefined ? [] : [{ words, count }];
  });
  return reasons
    .sort((left, right) => right.count - left.count)
    .map(({ words, count }) => `${words} (${count})`)
    .join(', ');
}

/** What a VM asks for: `4 cores, 8 GB memory and 100 GB disk`. */
export function describeAsk(vm: Amounts): string {
  const cores = withUnit('cpu', vm.cpuCores);
  const memory = withUnit('memory', vm.memoryMib);
  return `${cores}, ${memory} memory and ${withUnit('disk', vm.diskGb)} disk`;
}

/** An amount in the unit that people read: memory in GB. */
export function amountOf(dimension: Dimension, amount: number): number {
  return dimension === 'memory' ? roundTo(amount / MIB_PER_GB, GB_DECIMALS) : amount;
}

/** An amount with its unit: `1 core`, `0.5 GB`. */
export function withUnit(dimension: Dimension, amount: number): string {
  const value = amountOf(dimension, amount);
  if (dimension !== 'cpu') return `${value} GB`;
  return `${value} ${value === 1 ? 'core' : 'cores'}`;
}

function describeShortage(shortage: Rejection & { readonly reason: Dimension }): string {
  const { reason, asked, free, capacity } = shortage;
  const noun = reason === 'cpu' ? '' : ` ${reason}`;
  const freeText = `${amountOf(reason, free)} of ${withUnit(reason, capacity)} free`;
  return `lacks ${withUnit(reason, asked - free)}${noun} (${freeText})`;
}

function describeUse({ node }: Candidate, vm: Amounts): string {
  const { used, capacity } = node;
  const memoryUsed = amountOf('memory', used.memoryMib + vm.memoryMib);
  return [
    `${node.name} in zone ${node.zone}, rack ${node.rack} would use`,
    `${used.cpuCores + vm.cpuCores} of ${capacity.cpuCores} cores,`,
    `${memoryUsed} of ${withUnit('memory', capacity.memoryMib)} memory,`,
    `${used.diskGb + vm.diskGb} of ${withUnit('disk', capacity.diskGb)} disk`,
  ].join(' ');
}

function describeScores({ scores, total }: Candidate, { strategy }: PlacementInput): string {
  const parts = Object.entries(scores).map(([name, score]) => `${name} ${score}`);
  return `scores ${total} by strategy ${strategy}: ${parts.join(', ')}`;
}

function describeLikeVms({ node }: Candidate, { likeByZone }: ScoreView): string | undefined {
  const all = [...likeByZone.values()].reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  return `zone ${node.zone} runs ${likeByZone.get(node.zone) ?? 0} of ${all} like VMs`;
}

function describeOthers(best: Candidate, others: readonly Candidate[]): string {
  if (others.length === 0) return 'no other node can hold it';
  const list = others.map(({ node, total }) => `${node.name} ${total}`).join(', ');
  const isTie = others[0]?.total === best.total;
  return `next best: ${list}${isTie ? ' (equal scores are decided by lot)' : ''}`;
}
