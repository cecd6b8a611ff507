/**
 * Plans the placement of a batch from its draft and the answer of a solver, which is checked
 * against the rules.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../../env.ts';
import { runSteps, type Steps } from '../../steps.ts';
import { decidePlacement } from '../place/decide/decide-placement.ts';
import type { BatchDraft } from './draft-batch.ts';
import { explainBatch } from './explain-batch.ts';
import { openBatchFleet, putOnFleet } from './fleet/batch-fleet.ts';
import { withLicences } from './fleet/licence-ledger.ts';
import { placeSequentially } from './heuristics/place-sequentially.ts';
import { replayAssignment } from './heuristics/replay-assignment.ts';
import type { BatchPlaces, BatchPlan, BatchStanding, SolverAnswer } from './model/batch.ts';
import { measureBatch } from './objective/measure-batch.ts';
import { readValues } from './solver-model/build-linear-model.ts';

/**
 * Chooses between the draft and the answer of a solver.
 * @param answer - undefined where no solver was called
 * @returns the plan, which breaks no rule; `no-capacity` where some VM has no node, with whether
 *   that is proven, and the reasons against the first VM left
 */
export function planBatch(
  draft: BatchDraft,
  answer: SolverAnswer | undefined,
  env: Env,
): Result<BatchPlan, Problem> {
  return runSteps(planBatchInSteps(draft, answer, env));
}

/** The same in steps, of a VM at most each. */
export function* planBatchInSteps(
  draft: BatchDraft,
  answer: SolverAnswer | undefined,
  env: Env,
): Steps<Result<BatchPlan, Problem>> {
  const { table, found, unasked } = draft;
  const solved = answer === undefined ? undefined : yield* checkAnswer(draft, answer, env);
  const isBetter = solved !== undefined && isPreferred(solved, { found, answer });
  const best = isBetter ? solved : found;
  if (best === undefined) return err(yield* refuseBatch(draft, answer, env));
  const standing: BatchStanding = {
    objective: table.input.objective,
    method: isBetter ? 'exact' : 'heuristic',
    value: best.value,
    bound: boundAfter(draft, solved, answer),
    solver: answer === undefined ? { kind: unasked } : toSolver(answer, solved),
  };
  const assignment = best.plans.map(({ decision }) => decision.target_node);
  // The search used other strategies than the VMs request; the result is explained with their own.
  const plans = isBetter
    ? best.plans
    : ((yield* replayAssignment(table, assignment, env)) ?? best.plans);
  const explanation = explainBatch(standing, assignment, table.input);
  return ok({ ...standing, plans, explanation });
}

/** Prefers the proven assignment if two are equally good. */
function isPreferred(
  solved: BatchPlaces,
  { found, answer }: { found: BatchPlaces | undefined; answer: SolverAnswer | undefined },
): boolean {
  if (found === undefined || solved.value < found.value) return true;
  return answer?.kind === 'optimal' && solved.value === found.value;
}

/** The answer of a solver is used only if single placement would have allowed it. */
function* checkAnswer(
  { table, asked }: BatchDraft,
  answer: SolverAnswer,
  env: Env,
): Steps<BatchPlaces | undefined> {
  if (asked === undefined || (answer.kind !== 'optimal' && answer.kind !== 'feasible')) {
    return undefined;
  }
  const assignment = readValues(table, asked, answer.values);
  if (assignment === undefined) return undefined;
  const plans = yield* replayAssignment(table, assignment, env);
  return plans === undefined ? undefined : { plans, value: measureBatch(table.input, assignment) };
}

/** A proven optimum is its own bound. */
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

function* refuseBatch(
  { table, asked }: BatchDraft,
  answer: SolverAnswer | undefined,
  env: Env,
): Steps<Problem> {
  const { input } = table;
  const { plans, left } = yield* placeSequentially(table, undefined, env);
  const fleet = openBatchFleet(table.index);
  for (const [at, plan] of plans.entries()) {
    const request = input.requests[at];
    if (plan !== undefined && request !== undefined) putOnFleet(fleet, request, plan);
  }
  const [first] = left.flatMap((at) => input.requests[at] ?? []);
  const single =
    first === undefined
      ? undefined
      : decidePlacement(fleet.overlay, withLicences(first, fleet.ledger), env);
  const why = single === undefined || single.ok ? undefined : single.error;
  const isProven = answer?.kind === 'infeasible' && asked?.scope === 'whole';
  const proven = isProven ? 'No placement of all of them exists. ' : '';
  const names = left.flatMap((at) => input.requests[at]?.vm.name ?? []);
  // There are no others, and a question about one VM may not have named it.
  if (input.requests.length === 1 && why !== undefined) {
    return { ...why, data: { ...why.data, unplaced: names } };
  }
  return problem('no-capacity', {
    detail:
      `Of ${input.requests.length} VMs ${names.length} found no node beside the others. ${proven}` +
      `The first is ${first?.vm.name}. ${why?.detail ?? ''}`.trimEnd(),
    remedy: why?.remedy ?? 'Ask for fewer or smaller VMs at once, or add nodes.',
    data: { ...why?.data, unplaced: names },
  });
}
