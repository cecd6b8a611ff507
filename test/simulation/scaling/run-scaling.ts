/** Runs groups under synthetic demand from one seed after another, beside HPA's rule. */
import { seedAt } from '../run-seeds.ts';
import { addUp, compareScaling, describeTotals } from './compare-scaling.ts';
import { makeTraces } from './traces.ts';

/** Traces of a seed: one of each shape. */
const TRACES = 3;

/**
 * Stops at the first seed on which NovaCron violates more than HPA.
 * @returns the exit code: 0, 1 after such a seed, 2 for wrong usage
 */
export function runScaling(
  { seed, runs, days }: { readonly seed: string; readonly runs: number; readonly days: number },
  out: { readonly write: (text: string) => unknown },
): number {
  if (!Number.isInteger(days) || days < 1) {
    out.write('DAYS must be a whole number of 1 or more.\n');
    return 2;
  }
  for (let index = 0; index < runs; index += 1) {
    const name = seedAt(seed, index);
    const compared = compareScaling(makeTraces(name, TRACES, days));
    const ours = addUp(compared.map((each) => each.ours));
    const hpa = addUp(compared.map((each) => each.hpa));
    out.write(`scaling of seed ${name}: ${describeTotals(ours)}\n`);
    out.write(`  with HPA's rule: ${describeTotals(hpa)}\n`);
    if (ours.violationMinutes > hpa.violationMinutes) return 1;
  }
  return 0;
}
