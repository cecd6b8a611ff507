/** The latest decision about a VM group, as it is stored. */
import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import type {
  GroupDecision,
  RuleSize,
  ScalingMemory,
  UpperSizes,
} from '@novacron/engine/scaling/decide/model/scaling';
import type { GroupScalingRow } from '../../../ports/tables/orchestration-rows.ts';
import { parseStored } from '../../rows/parse-stored.ts';

/** A change of a size that was not admitted. Times are ms since the Unix epoch. */
export interface RefusedSize {
  readonly to: number;
  readonly limit: string;
  readonly detail: string;
  readonly at_ms: number;
  readonly tries: number;
}

/** Forecast behind the size; `lower` and `upper` are null if no forecast contributed. */
export interface StoredForecast {
  /** State of the rule whose forecast requires the size that counts, else of the first rule. */
  readonly state: RuleSize['forecast'];
  /** Sizes for the ends of the interval of the largest load in the horizon, within the bounds. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Model of that rule's forecast, or `ensemble`; absent where none took part. */
  readonly model?: string;
  /** Sizes that nodes are kept ready for; absent where it took no part, and in earlier releases. */
  readonly ready?: UpperSizes;
}

/** State that a round passes to the next one. */
export interface StoredDecision {
  readonly from: number;
  readonly to: number;
  readonly wanted: number;
  readonly limited_by: readonly string[];
  readonly is_alarm: boolean;
  /** The size that was recommended last, in the mode `recommend`; null: none. */
  readonly recommended: number | null;
  readonly refused: RefusedSize | null;
  /** Absent in rows of earlier releases. */
  readonly forecast?: StoredForecast;
  readonly decided_at_ms: number;
}

/** Stored fields besides the decision itself. */
export type Aftermath = Pick<StoredDecision, 'recommended' | 'refused'>;

/** Reads it; undefined where nothing was decided yet, or the row is damaged. */
export function storedDecisionOf(row: GroupScalingRow | undefined): StoredDecision | undefined {
  if (row === undefined) return undefined;
  const stored = parseStored<Omit<StoredDecision, 'decided_at_ms'>>(row.decision_json);
  return stored && { ...stored, decided_at_ms: row.decided_at_ms };
}

/** Returns the scaling engine's memory of a group. */
export function storedMemoryOf(row: GroupScalingRow | undefined): ScalingMemory | undefined {
  return row === undefined ? undefined : parseStored<ScalingMemory>(row.memory_json);
}

/** The row of a decision. */
export function toGroupScalingRow(
  tenantId: string,
  decision: GroupDecision,
  { recommended, refused }: Aftermath,
): GroupScalingRow {
  const { groupId, from, to, wanted, limitedBy, isAlarm, memory } = decision;
  const limited = [...limitedBy, ...(refused === null ? [] : [refused.limit])];
  const stored: JsonObject = {
    from,
    to,
    wanted,
    limited_by: [...new Set(limited)],
    is_alarm: isAlarm,
    recommended,
    refused: refused === null ? null : { ...refused },
    forecast: toJson(forecastOf(decision)),
  };
  const { sinceMs, lastMs, needs, unknownSinceMs } = memory;
  const remembered: JsonObject = {
    sinceMs,
    lastMs,
    needs: needs.map((need) => ({ ...need })),
    ...(unknownSinceMs === undefined ? {} : { unknownSinceMs }),
  };
  return {
    id: groupId,
    tenant_id: tenantId,
    memory_json: canonicalJson(remembered),
    decision_json: canonicalJson(stored),
    decided_at_ms: lastMs,
  };
}

function toJson({ ready, ...forecast }: StoredForecast): JsonObject {
  return ready === undefined ? forecast : { ...forecast, ready: { ...ready } };
}

function forecastOf({ rules, bounds, combine }: GroupDecision): StoredForecast {
  const peaks = rules.flatMap(({ peak }) => peak ?? []);
  const uppers = rules.flatMap(({ upper }) => upper ?? []);
  if (peaks.length === 0) return { state: rules[0]?.forecast ?? 'off', lower: null, upper: null };
  const pick = combine === 'min' ? Math.min : Math.max;
  const counted = pick(...peaks.map(({ sizeUpper }) => sizeUpper));
  const model = rules.find(({ peak }) => peak?.sizeUpper === counted)?.by?.model;
  const within = (sizes: readonly number[]) =>
    Math.min(bounds.max, Math.max(bounds.min, pick(...sizes)));
  return {
    state: 'used',
    ...(model === undefined ? {} : { model }),
    lower: within(peaks.map(({ sizeLower }) => sizeLower)),
    upper: within(peaks.map(({ sizeUpper }) => sizeUpper)),
    ready: {
      soon: within(uppers.map(({ soon }) => soon)),
      horizon: within(uppers.map(({ horizon }) => horizon)),
    },
  };
}
