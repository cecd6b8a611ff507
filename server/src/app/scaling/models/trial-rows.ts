/** What the column of trials contains, and how answers show it. */
import { ModelTrial } from '@novacron/contract/training/model';
import type { TrialDesign, TrialErrors, TrialPlan } from '@novacron/engine/training/model/trial';
import type { ModelRow } from '../../../ports/tables/model-rows.ts';
import { damagedRow, parseShown, parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** A trial as it is stored. */
export interface StoredTrial extends TrialDesign {
  readonly environment: ModelTrial['environment'];
  readonly champion: number;
  readonly challenger: number;
  readonly startedBy: string;
  /** Unit: ms since 1970; null while it runs. */
  readonly endedAtMs: number | null;
  readonly found: { readonly plan: TrialPlan; readonly measuredAtMs: number } | null;
  readonly reason: string | null;
}

const MS_PER_SECOND = 1_000;

/** The last trial of a model; undefined if there was none. @throws damagedRow */
export function trialOf({ id, trial_json }: Pick<ModelRow, 'id' | 'trial_json'>) {
  if (trial_json === null) return undefined;
  const trial = parseStored<StoredTrial>(trial_json);
  if (trial === undefined) throw damagedRow(id, 'trial_json is not a JSON object');
  return trial;
}

/** The trial that runs; undefined if none does. @throws damagedRow */
export function runningTrial(row: Pick<ModelRow, 'id' | 'trial_json'>): StoredTrial | undefined {
  const trial = trialOf(row);
  return trial?.endedAtMs === null ? trial : undefined;
}

/** A trial that ends. */
export function endTrial(
  trial: StoredTrial,
  { atMs, why }: { readonly atMs: number; readonly why: string },
): StoredTrial {
  return { ...trial, endedAtMs: atMs, reason: why };
}

/** A trial as answers show it. */
export function toTrial(id: string, trial: StoredTrial): ModelTrial {
  const { startS, blockS, plannedBlocks, endedAtMs, found } = trial;
  const lastMs = (startS + plannedBlocks * blockS) * MS_PER_SECOND;
  return parseShown(id, ModelTrial, {
    state: endedAtMs === null ? 'running' : 'ended',
    environment: trial.environment,
    champion: trial.champion,
    challenger: trial.challenger,
    unit: trial.unit,
    vm_group_ids: trial.groupIds,
    share: trial.share,
    seed: trial.seed,
    block_seconds: blockS,
    planned_blocks: plannedBlocks,
    starts_at: toTimestamp(startS * MS_PER_SECOND),
    ends_at: toTimestamp(endedAtMs ?? lastMs),
    started_by: trial.startedBy,
    result: found === null ? null : toResult(found),
    reason: trial.reason,
  });
}

function toResult({ plan, measuredAtMs }: NonNullable<StoredTrial['found']>) {
  const armOf = ({ units, mae }: TrialErrors) => ({ units, mae: mae ?? null });
  return {
    measured_at: toTimestamp(measuredAtMs),
    blocks: plan.blocks,
    champion: armOf(plan.champion),
    challenger: armOf(plan.challenger),
    welch_p: plan.welchP ?? null,
    mann_whitney_p: plan.mannWhitneyP ?? null,
    statistic: plan.statistic,
    bound: plan.bound,
    verdict: plan.verdict,
  };
}
