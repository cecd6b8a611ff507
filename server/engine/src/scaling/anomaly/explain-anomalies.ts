/** The rows of a series that score highly, and why, in lines for people. */
import type { AnomalySign, Judgement, SignShare } from './model/anomalies.ts';

/** A row with its score. */
export interface ScoredRow {
  /** Time in readable form. */
  readonly timestamp: string;
  /** null where it is missing. */
  readonly value: number | null;
  /** 0 to below 1. */
  readonly score: number;
}

/**
 * Lists the rows that score at least a threshold, and how many they are.
 * @param threshold - 0 to 1; rows without a score are never listed
 */
export function explainAnomalies(rows: readonly ScoredRow[], threshold: number): readonly string[] {
  const lines = rows
    .filter(({ score }) => score >= threshold && score > 0)
    .map(({ timestamp, value, score }) => `${timestamp}  ${score.toFixed(4)}  ${value}`);
  const counts = `${lines.length} of ${rows.length} rows score at least ${threshold}.`;
  return lines.length === 0 ? [counts] : ['TIMESTAMP  SCORE  VALUE', ...lines, '', counts];
}

/** Signs below this share of the surprise, and after the third one, are not worth a clause. */
const SHARE_MIN = 0.15;
const CLAUSES_MAX = 3;

const DIGITS = 4;

/**
 * Says in a sentence why a row has its score.
 * @returns an empty text where nothing is surprising
 */
export function explainJudgement({ signs, expected }: Judgement): string {
  const large = signs.filter(({ share }) => share >= SHARE_MIN).slice(0, CLAUSES_MAX);
  const clauses = large.map(({ sign, end }) => CLAUSES[sign][end]);
  if (clauses.length === 0) return '';
  const hasForecast = Number.isFinite(expected);
  const against = hasForecast ? [`${Number(expected.toPrecision(DIGITS))} was expected`] : [];
  const text = [...clauses, ...against].join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const CLAUSES: Readonly<Record<AnomalySign, Readonly<Record<SignShare['end'], string>>>> = {
  level: {
    high: 'the level is rarely as high as this',
    low: 'the level is rarely as low as this',
  },
  change: {
    high: 'it rarely rises as fast as this',
    low: 'it rarely falls as fast as this',
  },
  season: {
    high: 'it is rarely as far above its value a day ago',
    low: 'it is rarely as far below its value a day ago',
  },
  forecast: {
    high: 'it is further above the forecast than usual',
    low: 'it is further below the forecast than usual',
  },
  unrest: {
    high: 'it varies more than usual',
    low: 'it varies more than usual',
  },
  shape: {
    high: 'the last values form an unusual shape',
    low: 'the last values form an unusual shape',
  },
};
