/** Selects the samples of a write that are stored, and explains the faults of the rest. */

import { isReservedMetric } from '@novacron/contract/formats/metric-name';
import { readMoment } from '@novacron/contract/formats/read-moment';
import {
  METRIC_AHEAD_S_MAX,
  METRIC_LATE_S_MAX,
} from '@novacron/contract/monitoring/metric-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type FieldProblem, type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { MetricSample } from '../../../ports/metric-series.ts';

const MS_PER_SECOND = 1_000;
const HOUR_S = 3_600;

/** Samples that are not stored, by the reason. */
export interface LeftOut {
  readonly late: number;
  readonly ahead: number;
  readonly missing: number;
  readonly not_a_number: number;
}

/** Samples that are stored, and how many are not. */
export interface SortedSamples {
  readonly samples: readonly MetricSample[];
  readonly leftOut: LeftOut;
}

/**
 * Sorts them. Problems: `validation-failed` for a metric that NovaCron measures itself.
 * @param queried - metrics that NovaCron asks another system for
 */
export function sortSamples(
  written: ParsedInputOf<'metric.write'>['samples'],
  queried: readonly string[],
  nowMs: number,
): Result<SortedSamples, Problem> {
  const measured = written.flatMap(({ name }, at): FieldProblem[] => {
    if (!isReservedMetric(name) && !queried.includes(name)) return [];
    return [{ path: ['samples', at, 'name'], message: `${name} is measured by NovaCron` }];
  });
  if (measured.length > 0) return err(isMeasured(measured));
  const nowS = Math.floor(nowMs / MS_PER_SECOND);
  const samples: MetricSample[] = [];
  const leftOut = { late: 0, ahead: 0, missing: 0, not_a_number: 0 };
  for (const { name, value, at } of written) {
    const atMs = at === undefined ? nowMs : (readMoment(at, nowMs) ?? nowMs);
    const atS = Math.floor(atMs / MS_PER_SECOND);
    if (value === null) leftOut.missing += 1;
    else if (typeof value === 'string') leftOut.not_a_number += 1;
    else if (atS < nowS - METRIC_LATE_S_MAX) leftOut.late += 1;
    else if (atS > nowS + METRIC_AHEAD_S_MAX) leftOut.ahead += 1;
    else samples.push({ name, atS, value });
  }
  return ok({ samples, leftOut });
}

/** Explains which samples with a value are not stored, a sentence a reason. */
export function explainLeftOut({
  late,
  ahead,
  not_a_number,
}: Omit<LeftOut, 'missing'>): readonly string[] {
  const reasons = [
    [late, `more than ${METRIC_LATE_S_MAX / HOUR_S} hours old`],
    [ahead, `more than ${METRIC_AHEAD_S_MAX} seconds ahead of the server's clock`],
    [not_a_number, 'NaN or infinite'],
  ] as const;
  return reasons
    .filter(([count]) => count > 0)
    .map(([count, why]) => {
      const samples = count === 1 ? '1 sample is' : `${count} samples are`;
      return `${samples} not stored: ${why}.`;
    });
}

function isMeasured(fields: readonly FieldProblem[]): Problem {
  return problem('validation-failed', {
    detail: 'The request writes a metric that NovaCron measures itself.',
    remedy: 'Choose another name for what the guest measures, such as app_cpu_utilization_ratio.',
    fields,
  });
}
