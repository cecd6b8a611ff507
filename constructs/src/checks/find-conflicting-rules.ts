import type { IConstruct } from 'constructs';
import type { PeerRule, Placement } from '../props/placement.ts';

/** A construct and its placement rules. */
export interface Placed {
  readonly construct: IConstruct;
  readonly placement: Placement;
}

/** Levels from narrow to wide: VMs that share a node also share its rack and its zone. */
const LEVELS: readonly string[] = ['node', 'rack', 'zone'];

interface HardRule extends Pick<PeerRule, 'kind' | 'level'> {
  readonly from: IConstruct;
  readonly to: IConstruct;
}

/** Finds hard rules that cannot both be met: VMs that must be near to and away from each other. */
export function findConflictingRules(placed: readonly Placed[]): string[] {
  const rules = placed.flatMap(({ construct, placement }) =>
    placement.rules
      .filter(({ mode }) => mode === 'hard')
      .map(({ kind, level, peer }) => ({ kind, level, from: construct, to: peer })),
  );
  const away = new Map<IConstruct, HardRule[]>();
  for (const rule of rules.filter(({ kind }) => kind === 'away')) {
    away.set(rule.from, [...(away.get(rule.from) ?? []), rule]);
    away.set(rule.to, [...(away.get(rule.to) ?? []), rule]);
  }
  const near = rules.filter(({ kind }) => kind === 'near');
  return [
    ...near.flatMap((rule) => findOpposites(rule, away.get(rule.from) ?? [])),
    ...near.flatMap((rule) => findFarPins(rule, placed)),
  ];
}

function findOpposites(near: HardRule, away: readonly HardRule[]): string[] {
  return away
    .filter(({ from, to }) => (from === near.from ? to : from) === near.to)
    .filter(({ level }) => LEVELS.indexOf(level) >= LEVELS.indexOf(near.level))
    .map(
      ({ level }) =>
        `${near.from.node.path} must share a ${near.level} with ${near.to.node.path} and must ` +
        'not ' +
        `share a ${level} with it, which is impossible. Remove one rule, or make one of them soft.`,
    );
}

/** Finds VMs that must be near to each other but are pinned to different zones, racks or nodes. */
function findFarPins(near: HardRule, placed: readonly Placed[]): string[] {
  const pinsOf = (construct: IConstruct) =>
    placed.find((each) => each.construct === construct)?.placement.pins ?? {};
  const [left, right] = [pinsOf(near.from), pinsOf(near.to)];
  return LEVELS.slice(LEVELS.indexOf(near.level)).flatMap((level) => {
    const [one, other] = [left[level], right[level]];
    if (one === undefined || other === undefined || one === other) return [];
    return [
      `${near.from.node.path} must share a ${near.level} with ${near.to.node.path}, but they ` +
        `are pinned to the ${level}s ${one} and ${other}. Pin both to the same one, or remove ` +
        'the rule.',
    ];
  });
}
