/**
 * The worker thread in which HiGHS solves models. HiGHS blocks its thread; one that overruns its
 * time is thrown away with the thread.
 */
import type { LinearModel, SolverAnswer } from '@novacron/engine/placement/batch/model/batch';
import highsModule from 'highs';
import { serveTasks } from '../threads/serve-tasks.ts';
import type { SolverTask } from './solver-task.ts';
import { writeLp } from './write-lp.ts';

const MS_PER_S = 1000;

// Its types are those of CommonJS, where the loader is a member; what Node.js loads is the loader.
const loadHighs = highsModule as unknown as typeof highsModule.default;

const loading = loadHighs();

async function solve({ model, durationMsMax }: SolverTask): Promise<SolverAnswer> {
  const highs = await loading;
  const solution = highs.solve(writeLp(model), {
    output_flag: false,
    time_limit: durationMsMax / MS_PER_S,
    mip_abs_gap: model.gapNegligible,
    // Relative to a cost of one the absolute gap would say nothing.
    mip_rel_gap: 0,
  });
  const { Status: status, Columns: columns } = solution;
  if (status === 'Infeasible') return { kind: 'infeasible' };
  if (status === 'Optimal') return { kind: 'optimal', values: valuesOf(model, columns) };
  const values = valuesOf(model, columns);
  return status === 'Time limit reached' && isWithin(model, values)
    ? { kind: 'feasible', values }
    : { kind: 'failed', why: `it answered: ${status}` };
}

function valuesOf({ variables }: LinearModel, columns: Readonly<Record<string, object>>) {
  return variables.map((_, at) => {
    const column = columns[`x${at}`];
    return column !== undefined && 'Primal' in column ? Number(column.Primal) : Number.NaN;
  });
}

/**
 * Checks that values satisfy all rows: at the time limit, HiGHS may return no values, or values
 * that violate rows.
 */
function isWithin({ rows }: LinearModel, values: readonly number[]): boolean {
  const slack = 1e-6;
  return rows.every(({ terms, lower = -Infinity, upper = Infinity }) => {
    const sum = terms.reduce((all, { variable, factor }) => {
      return all + factor * (values[variable] ?? Number.NaN);
    }, 0);
    return sum >= lower - slack && sum <= upper + slack;
  });
}

serveTasks(solve);
