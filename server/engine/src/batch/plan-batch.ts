/** The second half of placing a batch: what a solver answered, held against the rules. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../env.ts';
import { decidePlacement } from '../placement/decide-placement.ts';
import { openBatchFleet, putOnFleet } from './batch-fleet.ts';
import { readValues } from './build-model.ts';
import type { BatchDraft } from './draft-batch.ts';
import { explainBatch } from './explain-batch.ts';
import { withLicences } from './licence-ledger.ts';
import { measureBatch } from './measure-batch.ts';
import type { BatchPlaces, BatchPlan, BatchStanding, SolverAnswer } from './model.ts';
import { placeInTurn } from './place-in-turn.ts';
import { replayAssignment } from './replay-assignment.ts';

/**
 * Decides between what was drafted and what a solver answered.
 * @param answer - undefined where no solver was asked
 * @returns the plan, which breaks no rule; `no-capacity` where no place was found for some VM, with
 *   whether that is proven, and what speaks against the first VM that was left
 */
export function planBatch(
  draft: BatchDraft,
  answer: SolverAnswer | undefined,
  env: Env,
): Result<BatchPlan, Problem> {
  const { table, found, unasked } = draft;
  const solved = answer === undefined ? undefined : checkAnswer(draft, answer, env);
  const isBetter = solved !== undefined && isPreferred(solved, { found, answer });
  const best = isBetter ? solved : found;
  if (best === undefined) return err(refuseBatch(draft, answer, env));
  const standing: BatchStanding = {
    objective: table.input.objective,
    method: isBetter ? 'exact' : 'heuristic',
    value: best.value,
    bound: boundAfter(draft, solved, answer),
    solver: answer === undefined ? { kind: unasked } : toSolver(answer, solved),
  };
  const assignment = best.plans.map(({ decision }) => decision.target_node);
  // Searching has asked with other strategies than the VMs do; now each says its own.
  const plans = isBetter ? best.plans : (replayAssignment(table, assignment, env) ?? best.plans);
  const explanation = explainBatch(standing, assignment, table.input);
  return ok({ ...standing, plans, explanation });
}

/** Of two that are as good the proven one is taken. */
function isPreferred(
  solved: BatchPlaces,
  { found, answer }: { found: BatchPlaces | undefined; answer: SolverAnswer | undefined },
): boolean {
  if (found === undefined || solved.value < found.value) return true;
  return answer?.kind === 'optimal' && solved.value === found.value;
}

/** A solver is believed only where single placement would have allowed what it says. */
function checkAnswer(
  { table, asked }: BatchDraft,
  answer: SolverAnswer,
  env: Env,
): BatchPlaces | undefined {
  if (asked === undefined || (answer.kind !== 'optimal' && answer.kind !== 'feasible')) {
    return undefined;
  }
  const assignment = readValues(table, asked, answer.values);
  if (assignment === undefined) return undefined;
  const plans = replayAssignment(table, assignment, env);
  return plans === undefined ? undefined : { plans, value: measureBatch(table.input, assignment) };
}

/** What is proven optimal is its own bound. */
function boundAfter(
  { table, bound, found, asked }: BatchDraft,
  solved: BatchPlaces | undefined,
  answer: SolverAnswer | undefined,
): number {
  if (answer?.kind !== 'optimal' || solved === undefined || asked?.scope !== 'whole') return bound;
  const best = Math.min(solved.value, found?.value ?? solved.value);
  return Math.max(
    bound,
    table.input.objective === 'nodes' ? best : best - asked.model.gapNegligible,
  );
}

function toSolver(answer: SolverAnswer, solved: BatchPlaces | undefined): BatchStanding['solver'] {
  if (answer.kind === 'failed') return answer;
  if (answer.kind === 'infeasible' || solved === undefined) return { kind: 'refused' };
  return { kind: answer.kind };
}

function refuseBatch(
  { table, asked }: BatchDraft,
  answer: SolverAnswer | undefined,
  env: Env,
): Problem {
  const { input } = table;
  const { plans, left } = placeInTurn(table, undefined, env);
  const fleet = openBatchFleet(table.index);
  for (const [at, plan] of plans.entries()) {
    const ask = input.asks[at];
    if (plan !== undefined && ask !== undefined) putOnFleet(fleet, ask, plan);
  }
  const [first] = left.flatMap((at) => input.asks[at] ?? []);
  const single =
    first === undefined
      ? undefined
      : decidePlacement(fleet.overlay, withLicences(first, fleet.ledger), env);
  const why = single === undefined || single.ok ? undefined : single.error;
  const isProven = answer?.kind === 'infeasible' && asked?.scope === 'whole';
  const proven = isProven ? 'No placement of all of them exists. ' : '';
  const names = left.flatMap((at) => input.asks[at]?.vm.name ?? []);
  return problem('no-capacity', {
    detail:
      `Of ${input.asks.length} VMs ${names.length} found no node beside the others. ${proven}` +
      `The first is ${first?.vm.name}. ${why?.detail ?? ''}`.trimEnd(),
    remedy: why?.remedy ?? 'Ask for fewer or smaller VMs at once, or add nodes.',
    data: { ...why?.data, unplaced: names },
  });
}
