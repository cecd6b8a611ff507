/** `novacron anomaly`: how unusual each value of a file is. */
import { ok, type Result } from '@novacron/contract/result';
import { explainAnomalies } from '@novacron/engine/scaling/anomaly/explain-anomalies';
import { createDetector } from '@novacron/engine/scaling/anomaly/plan-anomalies';
import type { Failure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import type { Document } from '../../output/render-output.ts';
import { startWorkProgress } from '../../output/work-progress.ts';
import { readSeries } from './read-series.ts';

/** File to score. */
export interface AnomalyRequest {
  /** File; `-` is standard input. */
  readonly csv: string;
  /** Lowest score that people see, 0 to 1. */
  readonly threshold: number;
  readonly progress: 'shown' | 'hidden';
}

const PROGRESS_EVERY = 1_000;

/**
 * Scores all rows of a file.
 * Failures: wrong usage for a file that cannot be read; `validation-failed` for what is in it.
 */
export async function scoreFile(
  io: Pick<CliIo, 'readText' | 'stderr' | 'nowMs'>,
  { csv, threshold, progress }: AnomalyRequest,
): Promise<Result<Document, Failure>> {
  const text = await readTextFile(io, csv, 'the series');
  if (!text.ok) return text;
  const series = readSeries(csv === '-' ? 'standard input' : csv, text.value);
  if (!series.ok) return series;
  const total = series.value.length;
  const shown = startWorkProgress(io, { what: 'scoring rows', total, shown: progress });
  const detector = createDetector();
  const rows = series.value.map((row, i) => {
    if (i % PROGRESS_EVERY === 0) shown.show(i);
    const value = Number.isNaN(row.value) ? null : row.value;
    return { timestamp: row.timestamp, value, score: detector.score(row) };
  });
  shown.end();
  const lines = explainAnomalies(rows, threshold);
  return ok({ kind: 'report', value: rows, text: `${lines.join('\n')}\n` });
}
