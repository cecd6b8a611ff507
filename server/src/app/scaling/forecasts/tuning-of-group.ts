/** The choice of models for the forecasts of a VM group. Pure. */
import { parseDuration } from '@novacron/contract/formats/duration';
import type { GroupScaling } from '@novacron/contract/kinds/vm-group/group-scaling';
import type { ForecastTuning } from '@novacron/engine/scaling/forecast/model/tuning';

const MS_PER_SECOND = 1_000;

/** Returns the choice; undefined where the group leaves all of it to NovaCron. */
export function tuningOfGroup(scaling: GroupScaling | null): ForecastTuning | undefined {
  const { model, training_window, seasonal_adjustment, trend_adjustment } =
    scaling?.prediction ?? {};
  const windowMs = training_window == null ? undefined : parseDuration(training_window);
  const tuning: ForecastTuning = {
    ...(model == null || model === 'auto' ? {} : { family: model }),
    ...(seasonal_adjustment === false ? { seasons: 'ignored' } : {}),
    ...(trend_adjustment === false ? { trend: 'ignored' } : {}),
    ...(windowMs === undefined ? {} : { windowS: windowMs / MS_PER_SECOND }),
  };
  return Object.keys(tuning).length === 0 ? undefined : tuning;
}
