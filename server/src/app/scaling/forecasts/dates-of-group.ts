/** The calendar that the forecasts of a VM group follow. Pure. */
import type { GroupScaling } from '@novacron/contract/kinds/vm-group/group-scaling';
import type { NamedDates } from '@novacron/engine/scaling/forecast/model/forecasting';

/** The named days of a group; undefined where it has none. */
export function datesOfGroup(scaling: GroupScaling | null): readonly NamedDates[] | undefined {
  return scaling?.prediction?.calendar?.map(({ name, dates, time_zone: zone }) => ({
    name,
    dates,
    timeZone: zone ?? 'UTC',
  }));
}
