/** Explains an improvement plan in lines for people: moves, effort, costs and gains. */
import { toAmount } from '@novacron/contract/cost/money';
import type { FleetSummary, ImprovementPlan, KeptReason } from './model/optimizer.ts';

const MIB_PER_GB = 1024;
const DIGITS = 4;
const MINUTES_PER_HOUR = 60;

/** Nodes that a line names, and nodes with a line of their own. */
const NAMED_MAX = 5;

/** Words for the nodes of a plan that reduces costs; those that it shares are below. */
const STAYS: Partial<Readonly<Record<KeptReason, string>>> = {
  failover: 'Stays in use, because N+1 needs it',
  headroom: 'Stays in use, because the other nodes would have too little free capacity',
  dearer: 'Stays in use, because its VMs would need nodes that cost as much',
  last: 'Stays in use, because two nodes stay in service',
};

/** Explains a plan; the same lines in API and command line. */
export function explainImprovement(plan: ImprovementPlan): readonly string[] {
  return [
    goalLine(plan),
    ...keptLines(plan),
    ...inServiceLines(plan),
    ...effortLines(plan),
    ...costLines(plan),
    benefitLine(plan),
    ...failoverLines(plan),
  ];
}

function goalLine(plan: ImprovementPlan): string {
  const { goal, moves, emptied, left } = plan;
  const some = describeMoves(moves);
  const verb = moves.length === 1 ? 'empties' : 'empty';
  switch (goal.kind) {
    case 'drain':
      if (left.length === 0) return `${some} ${verb} node ${goal.node}.`;
      return goal.stops === 'what-stays'
        ? `${some} off node ${goal.node}, where ${count(left.length, 'VM')} that cannot move ` +
            `${left.length === 1 ? 'is' : 'are'} stopped.`
        : `Node ${goal.node} cannot be emptied: ${count(left.length, 'VM')} cannot move.`;
    case 'rebalance':
      return moves.length === 0
        ? 'The fleet is as even as moves within the budget and the rules make it.'
        : `${some} ${moves.length === 1 ? 'evens' : 'even'} the fleet out.`;
    case 'consolidate':
      return emptied.length === 0
        ? 'No node can be emptied within the budget and the rules.'
        : emptiedLine(plan);
    case 'reduce_cost':
      return emptied.length === 0
        ? 'No moves within the budget and the rules reduce the cost of the nodes in use.'
        : emptiedLine(plan);
    case 'defragment':
      return moves.length === 0
        ? 'No moves within the budget and the rules gather more room.'
        : `${some} ${moves.length === 1 ? 'gathers' : 'gather'} free room.`;
  }
}

/** The nodes that moves empty, and in words how many had no VM before. */
export function splitEmptied({ moves, emptied }: Pick<ImprovementPlan, 'moves' | 'emptied'>) {
  const left = new Set(moves.map(({ from }) => from));
  const freed = emptied.filter((name) => left.has(name));
  const empty = emptied.filter((name) => !left.has(name));
  const be = empty.length === 1 ? 'is' : 'are';
  return {
    freed,
    empty,
    others: empty.length === 0 ? '' : `; ${empty.length} more ${be} empty already`,
  };
}

function emptiedLine(plan: ImprovementPlan): string {
  const { freed, empty, others } = splitEmptied(plan);
  if (freed.length === 0) return `Empty already: ${empty.join(', ')}.`;
  const verb = plan.moves.length === 1 ? 'empties' : 'empty';
  const nodes = `${count(freed.length, 'node')}: ${freed.join(', ')}`;
  return `${describeMoves(plan.moves)} ${verb} ${nodes}${others}.`;
}

/** Suggests how to free VMs that only N+1 prevents from moving. */
function keptLines({ left }: ImprovementPlan): readonly string[] {
  const kept = left.filter(({ byFailover }) => byFailover).length;
  if (kept === 0) return [];
  const which = kept === left.length ? 'Each of them' : `${kept} of them`;
  return [`${which} can move if N+1 is ignored until the node is back (--failover ignore).`];
}

/** Nodes that would be emptied if it were not for these reasons. */
function inServiceLines({ goal, kept }: ImprovementPlan): readonly string[] {
  const namesOf = (why: string) => {
    const names = kept.flatMap((each) => (each.why === why ? [each.name] : []));
    const more = names.length - NAMED_MAX;
    return `${names.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  };
  const [held, expected] = [namesOf('held'), namesOf('expected')];
  const isAboutCost = goal.kind === 'reduce_cost';
  const others = Object.entries(STAYS).flatMap(([why, words]) => {
    const names = namesOf(why);
    return isAboutCost && names !== '' ? [`${words}: ${names}.`] : [];
  });
  const full = kept.flatMap(({ name, detail }) => {
    const words = 'stays in use, because a VM has no place on nodes of known cost';
    return isAboutCost && detail !== undefined ? [`${name} ${words}: ${detail}.`] : [];
  });
  return [
    ...full.slice(0, NAMED_MAX),
    ...others,
    ...(held === '' ? [] : [`In service for a while after waking: ${held}.`]),
    ...(expected === ''
      ? []
      : [`In service for VMs that groups are expected to need: ${expected}.`]),
  ];
}

function describeMoves(moves: ImprovementPlan['moves']): string {
  const cold = moves.filter(({ manner }) => manner === 'cold').length;
  const live = moves.length - cold;
  if (cold === 0) return count(live, 'live migration');
  const coldly = `${count(cold, 'cold migration')} (of stopped VMs)`;
  return live === 0 ? coldly : `${count(live, 'live migration')} and ${coldly}`;
}

function effortLines({ moves, copiedMib, durationS }: ImprovementPlan): readonly string[] {
  if (moves.length === 0) return [];
  const gb = round(copiedMib / MIB_PER_GB, 1);
  return [`Effort: ${gb} GB of memory to copy, about ${Math.ceil(durationS)} s, one VM at a time.`];
}

/** Other goals mention costs only where they change. */
function costLines({ goal, cost }: ImprovementPlan): readonly string[] {
  const { currency, savings, moves, paybackHours, unknown } = cost;
  if (savings === null)
    return goal.kind === 'reduce_cost' ? [`Savings are unknown: ${unknown}.`] : [];
  if (savings === 0 && goal.kind !== 'reduce_cost') return [];
  if (savings < 0)
    return [`The nodes with VMs cost ${toAmount(-savings)} ${currency} more per hour.`];
  const saved = `Savings: ${toAmount(savings)} ${currency} per hour.`;
  if (moves === null || paybackHours === null) return [saved];
  const minutes = Math.ceil(paybackHours * MINUTES_PER_HOUR);
  return [`${saved} The moves cost ${toAmount(moves)} ${currency}: paid back in ${minutes} min.`];
}

function benefitLine({ goal, before, after }: ImprovementPlan): string {
  switch (goal.kind) {
    case 'defragment':
      return `Room for VMs of the size: ${before.slots} before, ${after.slots} after.`;
    case 'consolidate':
    case 'reduce_cost':
    case 'drain':
      return `${nodesLine(before, after)} ${imbalanceLine(before, after)}`;
    case 'rebalance':
      return imbalanceLine(before, after);
  }
}

function nodesLine(before: FleetSummary, after: FleetSummary): string {
  return `Nodes with VMs: ${before.nodesInUse} before, ${after.nodesInUse} after.`;
}

function imbalanceLine(before: FleetSummary, after: FleetSummary): string {
  const [was, is] = [round(before.imbalance, DIGITS), round(after.imbalance, DIGITS)];
  return `Imbalance: ${was} before, ${is} after.`;
}

function failoverLines({ before, after }: ImprovementPlan): readonly string[] {
  if (after.unguarded.length === 0) {
    return ['N+1: any node in service may fail, and its VMs have room elsewhere.'];
  }
  const known = after.unguarded.filter((node) => before.unguarded.includes(node));
  const added = after.unguarded.filter((node) => !before.unguarded.includes(node));
  return [
    ...(known.length === 0 ? [] : [`Not N+1-safe before or after: ${known.join(', ')}.`]),
    ...(added.length === 0
      ? []
      : [`Not N+1-safe while this is out of service: ${added.join(', ')}.`]),
  ];
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
