/** Folds many contenders into few, so that the record of a decision stays small. */
import { roundTo } from '../../../round.ts';
import type { Contender } from '../model/contest.ts';

/** Contenders that stay single: the ones that decide most draws. */
const SINGLE_MAX = 8;

/** Groups that all further ones are folded into. */
const GROUPS_MAX = 12;

/** Digits after the point in a record. */
const DECIMALS = 5;

/**
 * Folds contenders: the best by their present scores stay as they are, and those that follow each
 * other are averaged.
 * @returns at most 20, best first, with rounded figures
 */
export function foldContenders(
  contenders: readonly Contender[],
  loadWeight: number,
): readonly Contender[] {
  const scoreOf = ({ base, load }: Contender) => base + loadWeight * (1 - load);
  const sorted = joinAlike([...contenders].sort((one, other) => scoreOf(other) - scoreOf(one)));
  const single = sorted.slice(0, SINGLE_MAX);
  const rest = sorted.slice(SINGLE_MAX);
  const size = Math.max(1, Math.ceil(rest.length / GROUPS_MAX));
  const groups: Contender[] = [];
  for (let from = 0; from < rest.length; from += size) {
    groups.push(averageOf(rest.slice(from, from + size)));
  }
  return [...single, ...groups].map(roundContender);
}

/** Joins neighbours that no draw could tell apart. */
function joinAlike(sorted: readonly Contender[]): readonly Contender[] {
  const joined: Contender[] = [];
  for (const each of sorted) {
    const last = joined.at(-1);
    if (last === undefined || !isAlike(last, each)) joined.push(each);
    else joined[joined.length - 1] = { ...last, count: last.count + each.count };
  }
  return joined;
}

function isAlike(one: Contender, other: Contender): boolean {
  return one.base === other.base && one.load === other.load && one.spread === other.spread;
}

function averageOf(group: readonly Contender[]): Contender {
  const count = group.reduce((sum, each) => sum + each.count, 0);
  const mean = (figure: 'base' | 'load' | 'spread') =>
    group.reduce((sum, each) => sum + each[figure] * each.count, 0) / count;
  return { count, base: mean('base'), load: mean('load'), spread: mean('spread') };
}

/** Rounds the figures of a contender as records have them. */
export function roundContender({ count, base, load, spread }: Contender): Contender {
  return {
    count,
    base: roundTo(base, DECIMALS),
    load: roundTo(load, DECIMALS),
    spread: roundTo(spread, DECIMALS),
  };
}
