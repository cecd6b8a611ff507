/**
 * Mines successful recoveries from earlier incidents of a cause: frequent sequences of manual and
 * healing actions, with their evidence, and the best of them as a draft runbook.
 */
import { nearestRank } from '../../../nearest-rank.ts';
import { isPartOf, mineSequences } from './mine-sequences.ts';
import type {
  HistoricAction,
  IncidentHistory,
  RecoveryPlan,
  RecoverySequence,
} from './recovery-model.ts';
import { writeDraft } from './write-draft.ts';

/** Incidents that a sequence must be found in: what was done once is chance. */
const SUPPORT_MIN = 2;

/** Actions of an incident that count: the latest, which are nearest to its end. */
const ACTIONS_MAX = 50;

const SEQUENCES_MAX = 10;

const MEDIAN = 0.5;

/** Positions of a sequence's actions in an incident. */
interface Match {
  readonly history: IncidentHistory;
  readonly actions: readonly HistoricAction[];
  readonly helped: 'yes' | 'no';
}

/** Plans it. The order of the histories does not matter. */
export function planRecovery(cause: string, histories: readonly IncidentHistory[]): RecoveryPlan {
  const known = histories
    .map((history) => ({ ...history, actions: withoutRepeats(history.actions) }))
    .toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const tasks = known.map(({ actions }) => actions.map(({ task }) => task));
  const found = mineSequences(tasks, SUPPORT_MIN).map(({ items, of }) => {
    const matches = of.flatMap((index) => matchOf(items, known[index]));
    return { matches, ...evidenceOf(items, matches) };
  });
  const helpful = found.filter(({ helped }) => helped >= SUPPORT_MIN);
  const best = helpful
    .filter((each) => !helpful.some((other) => covers(other, each)))
    .toSorted(compare)
    .slice(0, SEQUENCES_MAX);
  const [first] = best;
  const sequences = best.map(({ matches: _matches, ...sequence }) => sequence);
  if (first === undefined) return { sequences, draft: undefined };
  const helped = first.matches.filter((match) => match.helped === 'yes');
  const examples = helped.map(({ actions }) => actions);
  return { sequences, draft: writeDraft({ cause, sequence: first, examples, of: known.length }) };
}

/** The same done to several VMs at a time is one thing that was done. */
function withoutRepeats(actions: readonly HistoricAction[]): readonly HistoricAction[] {
  return actions
    .slice(-ACTIONS_MAX)
    .filter(({ task }, at, all) => at === all.length - 1 || all[at + 1]?.task !== task);
}

/** The rightmost places of the items: what was done last is nearest to the end. */
function matchOf(items: readonly string[], history: IncidentHistory | undefined): Match[] {
  if (history === undefined) return [];
  const { actions } = history;
  const places: number[] = [];
  for (let at = actions.length - 1; at >= 0 && places.length < items.length; at -= 1) {
    if (actions[at]?.task === items[items.length - 1 - places.length]) places.unshift(at);
  }
  const matched = places.flatMap((at) => actions[at] ?? []);
  const isLast = places.at(-1) === actions.length - 1;
  const isDone = matched.every(({ result }) => result === 'succeeded');
  return [{ history, actions: matched, helped: isLast && isDone ? 'yes' : 'no' }];
}

function evidenceOf(tasks: readonly string[], matches: readonly Match[]): RecoverySequence {
  const helped = matches.filter((match) => match.helped === 'yes');
  const byPeople = matches.filter(({ actions }) => actions.some(({ by }) => by === 'person'));
  const spans = helped.map(
    ({ history, actions }) => history.resolvedAtMs - (actions[0]?.startedAtMs ?? 0),
  );
  return {
    tasks,
    incidentIds: matches.map(({ history }) => history.id),
    helped: helped.length,
    byPeople: byPeople.length,
    medianMs:
      nearestRank(
        spans.toSorted((left, right) => left - right),
        MEDIAN,
      ) ?? 0,
  };
}

/** A longer sequence that has helped as often says more than its part. */
function covers(longer: RecoverySequence, part: RecoverySequence): boolean {
  return (
    longer.tasks.length > part.tasks.length &&
    longer.helped >= part.helped &&
    isPartOf(part.tasks, longer.tasks)
  );
}

function compare(left: RecoverySequence, right: RecoverySequence): number {
  return (
    right.helped - left.helped ||
    rateOf(right) - rateOf(left) ||
    right.tasks.length - left.tasks.length ||
    (left.tasks.join() < right.tasks.join() ? -1 : 1)
  );
}

/** In which part of its incidents a sequence has helped, 0 to 1. */
export function rateOf({
  helped,
  incidentIds,
}: Pick<RecoverySequence, 'helped' | 'incidentIds'>): number {
  return incidentIds.length === 0 ? 0 : helped / incidentIds.length;
}
