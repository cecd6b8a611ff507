/**
 * Runs all controllers on one fleet for some days, and says how much each VM was moved and how many
 * changes people were asked about.
 */
import type { Operation } from '@novacron/contract/operation/operation';
import type { DecisionModel } from '@novacron/engine/autonomy/model/decision-model';
import { planCalibration } from '@novacron/engine/autonomy/plan-calibration';
import { planLearning } from '@novacron/engine/autonomy/plan-learning';
import { makeScenario } from '@novacron/engine/autonomy/simulate/make-scenario';
import { makeRng } from '@novacron/engine/rng';
import { OWN_PRINCIPALS } from '@novacron/server/app/rows/own-principals';
import { type ControllersRecord, simulateControllers } from './simulate-controllers.ts';

const DAY_MS = 86_400_000;

/** Moves of one VM in a day. More would be restless. */
const MOVES_GOAL = 4;

/** Share of changes without people. */
const AUTOMATIC_GOAL = 0.95;

const TRAINING = { days: 28, validation: 14, calibration: 14, episodes: 60 };

/** Parameters of a run. */
export interface ControllersRun {
  readonly seed: string;
  readonly days: number;
}

interface Output {
  readonly write: (text: string) => unknown;
}

/**
 * Figures are JSON on `out`, one a line; progress is on `notes`.
 * @returns the exit code: 0, 1 when something was logged as an error or the records disagree with
 *   the machines, 2 for wrong usage
 */
export async function runControllers(
  { seed, days }: ControllersRun,
  { out, notes }: { readonly out: Output; readonly notes: Output },
): Promise<number> {
  if (!Number.isInteger(days) || days < 1) {
    notes.write('DAYS must be a whole number of 1 or more.\n');
    return 2;
  }
  notes.write('training a model\n');
  const model = trainModel(seed);
  const onDay = (day: number) => notes.write(`day ${day} of ${days}\n`);
  const record = await simulateControllers({ seed, days, model, onDay });
  for (const figure of toFigures(record, days)) out.write(`${JSON.stringify(figure)}\n`);
  for (const fault of record.faults) notes.write(`${fault}\n`);
  return record.faults.length > 0 ? 1 : 0;
}

function trainModel(seed: string): DecisionModel {
  const daysOf = (name: string, count: number) => {
    const rng = makeRng(`${seed}-${name}`);
    return Array.from({ length: count }, (_, at) => makeScenario(rng, at));
  };
  const request = {
    scenarios: daysOf('training', TRAINING.days),
    validation: daysOf('validation', TRAINING.validation),
    episodes: TRAINING.episodes,
    seed,
  };
  const learned = planLearning(request, { rng: makeRng(seed) });
  return planCalibration(learned, daysOf('calibration', TRAINING.calibration));
}

function toFigures({ operations, approvals, decisions }: ControllersRecord, days: number) {
  const own = operations.filter(isAutomatic);
  const moves = own.filter(({ kind }) => kind === 'vm.migrate');
  const most = Math.max(0, ...countBy(moves, perVmAndDay).values());
  // A change of a group and the members that it creates and deletes are one decision.
  const changes = own.filter(({ kind }) => !['vm.create', 'vm.delete'].includes(kind));
  const automatic = (changes.length - approvals) / changes.length;
  return [
    {
      figure: 'controllers-moves',
      value: most,
      unit: 'moves',
      goal: MOVES_GOAL,
      better: 'lower',
      ok: most <= MOVES_GOAL,
      moves: moves.length,
      days,
      note: 'of one VM in one day, at most',
    },
    {
      figure: 'controllers-automatic',
      value: Math.round(automatic * 1_000) / 1_000,
      unit: 'share',
      goal: AUTOMATIC_GOAL,
      better: 'higher',
      ok: automatic >= AUTOMATIC_GOAL,
      changes: changes.length,
      approvals,
      decisions: Object.fromEntries(countBy(decisions, ({ status }) => status)),
      kinds: Object.fromEntries(countBy(changes, ({ kind, status }) => `${kind} ${status}`)),
      note: 'of the changes, without asking people',
    },
  ];
}

function isAutomatic({ created_by: by }: Operation): boolean {
  const { platform, optimizer, driftRemediator } = OWN_PRINCIPALS;
  return [platform, optimizer, driftRemediator].some((name) => name === by);
}

function perVmAndDay({ target_id, created_at }: Operation): string {
  return `${target_id} ${Math.floor(Date.parse(created_at) / DAY_MS)}`;
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string) {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
