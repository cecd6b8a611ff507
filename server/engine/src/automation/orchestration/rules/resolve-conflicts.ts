/** Resolves conflicts between policies whose actions exclude each other. */
import { canonicalJson } from '@novacron/contract/json';
import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import type { Conflict, RequestedAction } from '../model/orchestration.ts';

/** Subjects of conflicts, and the parameters of actions that belong to them. */
interface Matter {
  readonly about: string;
  readonly keys: readonly string[];
}

/** The actions that remain when all conflicts are resolved. */
export interface ConflictResolution {
  readonly actions: readonly RequestedAction[];
  readonly conflicts: readonly Conflict[];
}

/**
 * Resolves conflicts: the higher rank wins a subject as a whole, and the loser's parameters for
 * other subjects remain. Equal parameters are not a conflict. Alerts, webhooks and custom
 * operations never conflict.
 * @param asked - in order of rules within each policy
 */
export function resolveConflicts(asked: readonly RequestedAction[]): ConflictResolution {
  const ranked = [...asked].sort(compareRanks);
  const winners = new Map<string, RequestedAction>();
  const reported = new Set<string>();
  const actions: RequestedAction[] = [];
  const conflicts: Conflict[] = [];
  for (const each of ranked) {
    const lost = new Set<string>();
    for (const { about, keys } of mattersOf(each.action)) {
      const winner = winners.get(about) ?? findBound(each, about, winners);
      if (winner === undefined) {
        winners.set(about, each);
        continue;
      }
      for (const key of keys) lost.add(key);
      if (sameWish(winner.action, each.action, keys)) continue;
      conflicts.push({ about, winner, loser: each, why: explainRank(winner, each) });
    }
    const left = withoutKeys(each.action, lost);
    const text = canonicalJson(left);
    if (left === undefined || reported.has(text)) continue;
    reported.add(text);
    actions.push({ ...each, action: left });
  }
  return { actions, conflicts };
}

function mattersOf({ type, parameters }: OrchestrationAction): readonly Matter[] {
  const given = Object.keys(parameters);
  const matter = (about: string, ...keys: readonly string[]): readonly Matter[] =>
    keys.some((key) => given.includes(key)) ? [{ about, keys }] : [];
  switch (type) {
    case 'schedule':
      return [
        ...matter('schedule.place', 'strategy', 'spread_domain', 'mode'),
        ...matter('schedule.capacity', 'capacity'),
      ];
    case 'scale':
      return [
        ...matter('scale.change', 'factor', 'count'),
        ...matter(`scale.delay.${parameters.direction}`, 'delay'),
        ...matter('scale.min_replicas', 'min_replicas'),
        ...matter('scale.max_replicas', 'max_replicas'),
      ];
    case 'migrate':
    case 'restart':
      // A VM moves or restarts, one at a time.
      return [{ about: 'lifecycle', keys: ['goal', 'zone', 'node', 'mode', 'priority'] }];
    default:
      return [];
  }
}

/** Finds the other bound of the number of VMs where the two exclude each other. */
function findBound(
  { action }: RequestedAction,
  about: string,
  winners: ReadonlyMap<string, RequestedAction>,
): RequestedAction | undefined {
  if (action.type !== 'scale') return undefined;
  const isLeast = about === 'scale.min_replicas';
  if (!isLeast && about !== 'scale.max_replicas') return undefined;
  const other = winners.get(isLeast ? 'scale.max_replicas' : 'scale.min_replicas');
  if (other?.action.type !== 'scale') return undefined;
  const [least, most] = isLeast ? [action, other.action] : [other.action, action];
  const { min_replicas: low = 0 } = least.parameters;
  const { max_replicas: high = Number.POSITIVE_INFINITY } = most.parameters;
  return low > high ? other : undefined;
}

function sameWish(
  left: OrchestrationAction,
  right: OrchestrationAction,
  keys: readonly string[],
): boolean {
  // The same factor up and down is a conflict.
  const compared = keys.includes('factor') ? ['direction', ...keys] : keys;
  const wishOf = ({ type, parameters }: OrchestrationAction) =>
    canonicalJson([type, ...compared.map((key) => Object(parameters)[key] ?? null)]);
  return wishOf(left) === wishOf(right);
}

/** Returns the action without the parameters that lost; undefined where none remain. */
function withoutKeys(
  action: OrchestrationAction,
  lost: ReadonlySet<string>,
): OrchestrationAction | undefined {
  if (lost.size === 0) return action;
  const left = Object.entries(action.parameters).filter(([key]) => !lost.has(key));
  const isEmpty = left.every(([key]) => key === 'direction');
  const parameters = Object.fromEntries(
    left.filter(([key]) => key !== 'direction' || hasChange(left)),
  );
  // Each parameter of an action is optional, so what is left of them is of the same type.
  return isEmpty ? undefined : ({ ...action, parameters } as OrchestrationAction);
}

function hasChange(left: readonly (readonly [string, unknown])[]): boolean {
  return left.some(([key]) => ['factor', 'count', 'delay'].includes(key));
}

function compareRanks(left: RequestedAction, right: RequestedAction): number {
  return (
    right.rank.priority - left.rank.priority ||
    right.rank.binding - left.rank.binding ||
    right.rank.precision - left.rank.precision ||
    right.rank.namespaced - left.rank.namespaced ||
    (left.policy < right.policy ? -1 : left.policy > right.policy ? 1 : 0)
  );
}

function explainRank(winner: RequestedAction, loser: RequestedAction): string {
  const [high, low] = [winner.rank, loser.rank];
  if (high.priority !== low.priority) return `priority ${high.priority} is over ${low.priority}`;
  if (high.binding !== low.binding) {
    return 'it is healing or a hard placement, the other is neither, and priorities are equal';
  }
  if (high.precision !== low.precision) {
    return `its selector names ${high.precision} labels and tags, the other's ${low.precision}`;
  }
  if (high.namespaced !== low.namespaced) return 'it is about one namespace, the other about all';
  if (winner.policy !== loser.policy) return 'all else is equal and its name comes first';
  return 'its rule comes first in the policy';
}
