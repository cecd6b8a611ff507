/** Runs months of drift from one seed after another, and reports its detection and the costs. */
import { seedAt } from '../run-seeds.ts';
import type { DriftAccuracy } from './model.ts';
import { simulateDrift } from './simulate-drift.ts';

/**
 * Stops at the first seed that something was wrong with.
 * @returns the exit code: 0 if all drift and nothing else was reported, 1 if not, 2 for wrong usage
 */
export async function runDrift(
  { seed, runs, days }: { readonly seed: string; readonly runs: number; readonly days: number },
  out: { readonly write: (text: string) => unknown },
): Promise<number> {
  if (!Number.isInteger(days) || days < 1) {
    out.write('DAYS must be a whole number of 1 or more.\n');
    return 2;
  }
  for (let index = 0; index < runs; index += 1) {
    const accuracy = await simulateDrift({ seed: seedAt(seed, index), days });
    out.write(`${describeAccuracy(accuracy)}\n${describeCosts(accuracy)}\n`);
    if (countFaults(accuracy) > 0) return 1;
  }
  return 0;
}

/** Wrong, missing and unexplained drift together. */
function countFaults({ wrong, missed, unexplained }: DriftAccuracy): number {
  return wrong.length + missed.length + unexplained.length;
}

/** A line about a run, and one for each fault. */
export function describeAccuracy(accuracy: DriftAccuracy): string {
  const { seed, days, changes, reports, injected, undone, precision, recall } = accuracy;
  const { terraform, platform, people, nodes } = changes;
  const line =
    `drift of seed ${seed}: ${days} days, ${terraform} changes by Terraform, ${platform} by ` +
    `NovaCron, ${people} by people, ${nodes} on nodes; ${injected} injected, ${undone} undone ` +
    `before a look, ${reports} reports; precision ${percent(precision)}, recall ${percent(recall)}`;
  return [
    line,
    ...accuracy.wrong.map((fault) => `  reported, but is none: ${fault}`),
    ...accuracy.missed.map((fault) => `  not reported: ${fault}`),
    ...accuracy.unexplained.map((fault) => `  another cause: ${fault}`),
  ].join('\n');
}

/** What the days of a run have cost, and a line for each tenant. */
function describeCosts({ seed, costs }: DriftAccuracy): string {
  const lines = costs.lines.map(
    ({ tenant, amount, hours }) => `  ${tenant}: ${amount} ${costs.currency}, ${hours} hours`,
  );
  return [`costs of seed ${seed}: ${costs.explanation.join(' ')}`, ...lines].join('\n');
}

/** Cut, not rounded: 100 % is all. */
function percent(ratio: number): string {
  return `${Math.floor(ratio * 10_000) / 100} %`;
}
