/** The settings of a group in numbers, with their defaults. */
import { parseDuration } from '@novacron/contract/formats/duration';
import {
  type GroupScaling,
  PREDICTION_WEIGHT,
  REVERSALS_PER_HOUR_MAX,
  SCALING_COOLDOWN_MS,
  SCALING_HORIZON_MS,
  SCALING_SHRINK_WINDOW_MS,
  SCALING_WARM_UP_MS,
  type ScalingCombine,
} from '@novacron/contract/kinds/vm-group/group-scaling';

/** Accuracy in the backtest from which on a forecast is used by a group that sets none. */
const ACCURACY_MIN = 0.7;

/** The times and numbers of a group. */
export interface ResolvedSettings {
  readonly cooldownMs: number;
  readonly shrinkWindowMs: number;
  readonly warmUpMs: number;
  /** Undefined: no limit while enough members are ready. */
  readonly growFactor: number | undefined;
  readonly reversalsMax: number;
  readonly combine: ScalingCombine;
  /** Undefined: none. */
  readonly fallbackSize: number | undefined;
  /** Undefined: forecasts are off. */
  readonly prediction:
    | {
        readonly horizonMs: number;
        readonly weight: number;
        readonly accuracyMin: number;
        readonly choice: 'named' | 'backtest';
      }
    | undefined;
}

/** Resolves them. */
export function resolveSettings(settings: GroupScaling): ResolvedSettings {
  const { cooldown, shrink_window, warm_up, grow_factor, reversals_per_hour, prediction } =
    settings;
  const { combine, fallback_size: fallbackSize } = settings;
  return {
    cooldownMs: durationOr(cooldown, SCALING_COOLDOWN_MS),
    shrinkWindowMs: durationOr(shrink_window, SCALING_SHRINK_WINDOW_MS),
    warmUpMs: durationOr(warm_up, SCALING_WARM_UP_MS),
    growFactor: grow_factor ?? undefined,
    reversalsMax: reversals_per_hour ?? REVERSALS_PER_HOUR_MAX,
    combine: combine ?? 'max',
    fallbackSize: fallbackSize ?? undefined,
    prediction: prediction
      ? {
          horizonMs: durationOr(prediction.horizon, SCALING_HORIZON_MS),
          weight: prediction.weight ?? PREDICTION_WEIGHT,
          accuracyMin: prediction.min_accuracy ?? ACCURACY_MIN,
          choice: (prediction.model ?? 'auto') === 'auto' ? 'backtest' : 'named',
        }
      : undefined,
  };
}

/** The duration in ms; the default where the text is absent. */
export function durationOr(text: string | null, defaultMs: number): number {
  return text === null ? defaultMs : (parseDuration(text) ?? defaultMs);
}
