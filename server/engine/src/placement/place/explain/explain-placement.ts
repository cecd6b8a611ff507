/** Placement in lines for people: plan, API, CLI and dashboard show the same ones. */
import { roundTo } from '../../../round.ts';
import type { Amounts, VmRequest } from '../model/placement.ts';
import type { Candidate, CountedRequest, ScoreView } from '../model/rule.ts';
import { estimateCost } from '../scorers/estimate-cost.ts';
import { weightsOfStrategy } from '../scorers/strategies.ts';
import { amountOf, REASON_WORDS, withUnit } from './describe-rules.ts';

/** The nodes that were rejected, as counts. */
export interface RefusalCounts {
  readonly nodes: number;
  /** A node with two reasons counts under both. */
  readonly byReason: Readonly<Record<string, number>>;
}

/**
 * Explains a choice.
 * @returns the use of the node after the placement, its scores, the alternatives and the
 *   rejections; a line each, without a full stop
 */
export function explainPlacement(choice: {
  readonly request: CountedRequest;
  readonly view: ScoreView;
  readonly best: Candidate;
  readonly others: readonly Candidate[];
  readonly rejected: RefusalCounts;
  /** Nodes in the fleet. */
  readonly fleetSize: number;
}): string[] {
  const { request, view, best, others, rejected, fleetSize } = choice;
  const lines = [describeUse(best, request.vm), describeScores(best, request)];
  const cost = estimateCost(request.vm, best.node);
  if (cost !== undefined)
    lines.push(`${cost} per hour${request.vm.spot === 'yes' ? ' as a spot VM' : ''}`);
  const further = describeFurther(request.vm);
  if (further !== undefined) lines.push(further);
  const like = describeLikeVms(best, view);
  if (like !== undefined) lines.push(like);
  lines.push(describeOthers(best, others));
  if (rejected.nodes > 0) lines.push(describeRejected(rejected, fleetSize));
  return [...lines, ...(request.steering ?? [])];
}

/**
 * Leaves out of an explanation what it says of the load of nodes, which others have caused as well:
 * what is used of them and free on them, and scores.
 */
export function leaveOutLoad(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line
      .replace(/ would use [\d.]+ of [\d.]+ cores, .*$/, '')
      .replace(/^scores [\d.]+ (by strategy [^:]*): .*$/, 'is chosen $1')
      .replace(/^next best: .*$/, (list) => list.replaceAll(/ [\d.]+(?=,|$| \()/g, ''))
      .replaceAll(
        /\blacks [\d.]+ (?:(?:GB|Mbit\/s) (?:of )?)?([^(]+) \([^)]* free\)/g,
        'lacks free $1',
      )
      .replaceAll(/\blacks free core\b/g, 'lacks free cores')
      .replaceAll(/ \([\d.]+ cores free in its emptiest cell\)/g, '')
      .replaceAll(
        / has more than [\d.]+ (?:cores?|GB)( memory| disk)? free\b/g,
        ' has enough$1 free',
      )
      .replaceAll(/(?<=asked for [\d.]+ \w+), [\d.]+ are free/g, ', which is more than is free')
      .replaceAll(/ more(?: and|,) [\d.]+ (?:cores|GB) are free/g, ' more than are free')
      .replace(/ if it scored more than [\d.]+ higher.*$/, ' if it scored higher')
      .replace(/ scores [\d.]+ higher by /, ' scores higher by ')
      .replace(/ the fullest of them at [\d.]+ %$/, ' the fullest of them')
      .replace(/^within [\d.]+ points of the bound [\d.]+ %/, 'not proven to be the best')
      .replace(/,? with score [\d.]+$/, '')
      .replace(/^(\S+) scores [\d.]+$/, '$1 is one of the next best'),
  );
}

/** Counts rejections in words: `2 of 3 nodes refused: not ready (1), too few free cores (1)`. */
function describeRejected({ nodes, byReason }: RefusalCounts, fleetSize: number): string {
  return `${nodes} of ${fleetSize} nodes refused: ${describeReasons(byReason)}`;
}

/** The reasons alone, most frequent first. */
export function describeReasons(counts: RefusalCounts['byReason']): string {
  const reasons = Object.entries(REASON_WORDS).flatMap(([reason, words]) => {
    const count = counts[reason];
    return count === undefined ? [] : [{ words, count }];
  });
  return reasons
    .sort((left, right) => right.count - left.count)
    .map(({ words, count }) => `${words} (${count})`)
    .join(', ');
}

/** Describes the resources that a VM requests: `4 cores, 8 GB memory and 100 GB disk`. */
export function describeRequest(vm: Amounts): string {
  const cores = withUnit('cpu', vm.cpuCores);
  const memory = withUnit('memory', vm.memoryMib);
  return `${cores}, ${memory} memory and ${withUnit('disk', vm.diskGb)} disk`;
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

function describeScores({ scores, total }: Candidate, { strategy }: CountedRequest): string {
  const parts = Object.entries(scores).map(([name, score]) => `${name} ${score}`);
  if (parts.length === 0) return `is chosen by strategy ${describeStrategy(strategy)}, unscored`;
  return `scores ${total} by strategy ${describeStrategy(strategy)}: ${parts.join(', ')}`;
}

function describeStrategy(strategy: CountedRequest['strategy']): string {
  const parts = weightsOfStrategy(strategy);
  if (parts.length === 1) return parts[0]?.name ?? '';
  return parts.map(({ name, weight }) => `${name} ${roundTo(weight, 2)}`).join(' + ');
}

/** Describes what a VM takes besides cores, memory and disk. */
function describeFurther({ pools = {}, devices = [] }: VmRequest): string | undefined {
  const parts = [
    ...Object.entries(pools).map(
      ([name, asked]) => `${asked} ${name === 'bandwidth' ? 'Mbit/s' : `GB of ${name}`}`,
    ),
    ...devices.map(({ kind, count, milli }) =>
      milli === 1000 ? `${count} ${kind}` : `${milli}/1000 of ${count} ${kind}`,
    ),
  ];
  return parts.length === 0 ? undefined : `takes ${parts.join(', ')} as well`;
}

function describeLikeVms({ node }: Candidate, { similarByZone }: ScoreView): string | undefined {
  const all = [...similarByZone.values()].reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  return `zone ${node.zone} runs ${similarByZone.get(node.zone) ?? 0} of ${all} like VMs`;
}

function describeOthers(best: Candidate, others: readonly Candidate[]): string {
  if (others.length === 0) return 'no other node can hold it';
  const list = others.map(({ node, total }) => `${node.name} ${total}`).join(', ');
  const isTie = others[0]?.total === best.total;
  return `next best: ${list}${isTie ? ' (equal scores are decided by lot)' : ''}`;
}
