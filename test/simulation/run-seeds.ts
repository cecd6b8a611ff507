/** Runs one seed after another, each twice, and reports how they ended. */
import { type SimulationReport, simulate } from './simulate.ts';

/** Range of seeds. */
export interface Seeds {
  /** The first; `7` is followed by `8`, and `bad` by `bad+1`. */
  readonly seed: string;
  /** Number of seeds; 1 or more. */
  readonly runs: number;
}

/**
 * Stops at the first seed that fails.
 * @returns the exit code: 0 when everything held, 1 when something did not, 2 for wrong usage
 */
export async function runSeeds(
  { seed, runs }: Seeds,
  out: { readonly write: (text: string) => unknown },
): Promise<number> {
  if (!Number.isInteger(runs) || runs < 1) {
    out.write('RUNS must be a whole number of 1 or more.\n');
    return 2;
  }
  for (let index = 0; index < runs; index += 1) {
    const report = await simulate({ seed: seedAt(seed, index) });
    out.write(`${describeRun(report)}\n`);
    if (report.failure !== undefined) return 1;
    const again = await simulate({ seed: report.seed });
    if (again.hash === report.hash) continue;
    out.write(`seed ${report.seed} is not deterministic: ${describeRun(again)}\n`);
    return 1;
  }
  return 0;
}

/** The seed at a given distance after another one. */
export function seedAt(seed: string, index: number): string {
  if (/^\d+$/.test(seed)) return String(BigInt(seed) + BigInt(index));
  return index === 0 ? seed : `${seed}+${index}`;
}

/** A line about a run; many when it failed. */
export function describeRun(report: SimulationReport): string {
  const { seed, steps, crashes, operations, hash, failure } = report;
  const line =
    `seed ${seed}: ${steps} steps, ${crashes} crashes, ${operations} operations, ` +
    `trace ${hash.slice(0, 16)}`;
  if (failure === undefined) return line;
  const { invariant, faults, trace } = failure;
  return [line, `FAILED: ${invariant}`, ...faults, '', ...trace, '', `SEED=${seed}`].join('\n');
}
