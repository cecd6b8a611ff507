/** Explains the placement of a batch in lines for people. */

import type { Assignment, BatchInput, BatchStanding } from './model/batch.ts';
import { nodesAfter } from './objective/measure-batch.ts';

const PERCENT = 100;

/**
 * A gap as small as this counts as none: the solver's own for peaks, and what sums of doubles are
 * off.
 */
const PROVEN = 0.0051;

/** Explains the placement of the batch, and how good it is known to be. @returns a line each */
export function explainBatch(
  standing: BatchStanding,
  assignment: Assignment,
  input: BatchInput,
): readonly string[] {
  const after = nodesAfter(input, assignment);
  const count = `${countOf(assignment.length, 'VM')} on ${countOf(after.length, 'node')}`;
  const [fullest] = after.sort((left, right) => right.use - left.use);
  const peak = `${fullest?.node.name} the fullest of them at ${percent(fullest?.use ?? 0)}`;
  const what =
    standing.objective === 'nodes'
      ? `${count}, ${standing.value} of them empty before`
      : `${count}, ${peak}`;
  return [what, describeProof(standing), ...describeSolver(standing)];
}

function describeProof({ objective, value, bound, solver }: BatchStanding): string {
  const isNodes = objective === 'nodes';
  if (value - bound <= PROVEN) {
    return isNodes
      ? 'proven: no placement opens fewer nodes'
      : 'proven: in no placement is the fullest node less full';
  }
  const least = isNodes ? `${bound} nodes` : percent(bound);
  const by = isNodes ? countOf(value - bound, 'node') : `${percent(value - bound)} points`;
  const known = solver.kind === 'optimal' ? ' by the solver too' : '';
  return `within ${by.replace(' % points', ' points')} of the bound ${least}${known}`;
}

function describeSolver({ method, solver }: BatchStanding): readonly string[] {
  switch (solver.kind) {
    case 'not-needed':
      return ['placed one after another and improved by moves; the solver was not needed'];
    case 'not-possible':
      return ['placed one after another and improved by moves: too large for the solver'];
    case 'failed':
      return [`placed one after another and improved by moves: the solver failed, ${solver.why}`];
    case 'refused':
      return ['placed one after another: what the solver found breaks a rule that it cannot see'];
    case 'feasible':
      return [
        method === 'exact'
          ? 'found by the solver, whose time was up before it was proven'
          : 'placed one after another: the solver found nothing better in its time',
      ];
    default:
      return method === 'exact' ? ['found by the solver'] : ['confirmed by the solver'];
  }
}

function percent(ratio: number): string {
  return `${Math.round(ratio * PERCENT * 10) / 10} %`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
