/** Scores over time. See README.md. */
import type { ScorePoint, ScoreSegment } from './model/history.ts';
import type { Standard } from './model/standard.ts';
import type { CountedResult, Tallies } from './plan-compliance-report.ts';
import { checksOfStandard } from './plan-period-report.ts';
import { dataClassOf, sensitivityOf } from './rules/data-class.ts';

/**
 * The scope of a score: what each check of the standard applies to, and with which weight.
 * @returns a line for each, in order
 */
export function planScope(
  standard: Standard,
  counted: readonly CountedResult[],
  inherited: Tallies = new Map(),
): readonly string[] {
  const checks = checksOfStandard(standard);
  const own = counted
    .filter(({ result }) => checks.has(result.checkId) && result.state !== 'not-applicable')
    .map(({ result, labels }) =>
      [result.checkId, result.subjectId, dataClassOf(labels) ?? '', sensitivityOf(labels)].join(
        ' ',
      ),
    );
  const others = [...inherited.keys()].filter((id) => checks.has(id));
  return [...own, ...others.map((id) => `${id} inherited`)].toSorted();
}

/**
 * Cuts days where the scope or the catalogue changed: a score over other subjects or checks is not
 * a change of the same score.
 * @param points - the earliest first
 */
export function planScoreSegments(points: readonly ScorePoint[]): readonly ScoreSegment[] {
  const segments: { scope: string; catalogue: string; points: ScorePoint[] }[] = [];
  for (const point of points) {
    const { scope, catalogue } = point;
    const last = segments.at(-1);
    if (last?.scope === scope && last.catalogue === catalogue) last.points.push(point);
    else segments.push({ scope, catalogue, points: [point] });
  }
  return segments;
}
