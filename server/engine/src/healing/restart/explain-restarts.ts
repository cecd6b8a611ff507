/** Explains a round of restarts in lines for people. */
import type { Attempted, RestartPlan } from './model/restart.ts';

/** Explains it. @returns a line for each VM that starts or is given up */
export function explainRestarts({
  begin,
  giveUp,
}: Pick<RestartPlan, 'begin' | 'giveUp'>): string[] {
  return [...begin.map(explainStart), ...giveUp.map(explainEnd)];
}

function explainStart({ vm: { name, id, attemptsMax }, attempts }: Attempted): string {
  return `${name} (${id}) starts again: attempt ${attempts + 1} of ${attemptsMax}`;
}

function explainEnd({ vm: { name, id }, attempts }: Attempted): string {
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  return `${name} (${id}) is given up: it was started ${times} in a row and stopped each time`;
}
