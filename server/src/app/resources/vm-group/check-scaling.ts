/** Refuses scaling that contradicts the other fields of a VM group. */

import type { VmRestartWindow } from '@novacron/contract/kinds/vm/vm-restart-window';
import type {
  CalendarDays,
  ScalingRule,
  ScalingSchedule,
} from '@novacron/contract/kinds/vm-group/group-scaling';
import type { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { compileWindow } from '@novacron/engine/automation/orchestration/rules/compile-window';
import { isTimeZone } from '@novacron/engine/compile-cron';
import { scopeOf } from '@novacron/engine/scaling/decide/rules/measure-load';
import { isCalendarDate } from '@novacron/engine/scaling/forecast/calendar/find-named-days';
import { checkRestartWindow } from '../vm/update/restart-window.ts';

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Checks the scaling of a group against its sizes, its schedules against the calendar.
 * @returns one problem with all faults, each at its field; none where all is well
 */
export function checkScaling(spec: VmGroupSpec): readonly Problem[] {
  const faults = [
    ...faultsOfDesired(spec),
    ...faultsOfZero(spec),
    ...faultsOfFallback(spec),
    ...faultsOfScopes(spec.scaling?.rules ?? []),
    ...faultsOfSchedules(spec),
    ...faultsOfSizes(spec),
    ...faultsOfWindow(spec.scaling?.vertical_window ?? null),
    ...faultsOfCalendar(spec.scaling?.prediction?.calendar ?? []),
  ];
  const [first] = faults;
  if (first === undefined) return [];
  return [
    problem('validation-failed', {
      detail: `The VM group ${spec.name} cannot be scaled: ${placeOf(first)} ${first.message}.`,
      remedy: 'Correct the fields that are named.',
      fields: faults.map(({ path, message }) => ({ path: [...path], message })),
    }),
  ];
}

function placeOf({ path }: Fault): string {
  return path.join('.');
}

function faultsOfDesired({ scaling, desired_size: desired }: VmGroupSpec): readonly Fault[] {
  if (scaling === null || desired === null) return [];
  const message =
    `contradicts desired_size, which is ${desired}: leave desired_size out where NovaCron ` +
    'chooses the size, or leave scaling out';
  return [{ path: ['scaling'], message }];
}

/** Without members there are no values of members: a group of 0 would stay at 0. */
function faultsOfZero({ scaling, min_size: min }: VmGroupSpec): readonly Fault[] {
  const { rules, schedules } = scaling ?? { rules: null, schedules: null };
  const isSeen = rules?.some((rule) => scopeOf(rule) === 'group') ?? false;
  // A schedule ends, and min_size of the group makes members again.
  if (min > 0 || isSeen || schedules !== null) return [];
  const message =
    'cannot be 0: a group without members grows again only by a schedule, or by a rule over a ' +
    'metric that its members do not emit (scope group)';
  return [{ path: ['min_size'], message }];
}

function faultsOfFallback({ scaling, min_size: min, max_size: max }: VmGroupSpec) {
  const size = scaling?.fallback_size ?? null;
  if (size === null || (size >= min && size <= max)) return [];
  const message = `must be from min_size to max_size, which are ${min} and ${max}`;
  return [{ path: ['scaling', 'fallback_size'], message }];
}

/** The values of a series are means of the members, or those of the group: never both. */
function faultsOfScopes(rules: readonly ScalingRule[]): readonly Fault[] {
  return rules.flatMap((rule, at): Fault[] => {
    const other = rules.slice(0, at).find(({ metric }) => metric === rule.metric);
    if (other === undefined || scopeOf(other) === scopeOf(rule)) return [];
    const message =
      `is ${scopeOf(rule)}, and ${scopeOf(other)} in another rule of ${rule.metric}: its values ` +
      'are of the members, or of the group';
    return [{ path: ['scaling', 'rules', at, 'scope'], message }];
  });
}

function faultsOfSchedules(spec: VmGroupSpec): readonly Fault[] {
  return (spec.scaling?.schedules ?? []).flatMap((schedule, at) =>
    faultsOfSchedule(schedule, spec).map(({ path, message }) => ({
      path: ['scaling', 'schedules', at, ...path],
      message,
    })),
  );
}

function faultsOfSchedule(
  { cron, time_zone: zone, duration, min_size: min, max_size: max }: ScalingSchedule,
  group: VmGroupSpec,
): readonly Fault[] {
  const window = compileWindow({ schedule: cron, duration, timezone: zone ?? 'UTC' });
  const faults: Fault[] = [];
  if (!window.ok) {
    const { field, message } = window.error;
    faults.push({ path: [field === 'schedule' ? 'cron' : 'time_zone'], message });
  }
  if (min !== null && max === null && min > group.max_size) {
    const message = `is more than max_size of the group, ${group.max_size}: set max_size beside it`;
    faults.push({ path: ['min_size'], message });
  }
  if (max !== null && min === null && max < group.min_size) {
    const message = `is less than min_size of the group, ${group.min_size}: set min_size beside it`;
    faults.push({ path: ['max_size'], message });
  }
  return faults;
}

/**
 * Checks the vertical sizes of a group. The template's size is the maximum if `vertical_max` omits
 * it.
 */
function faultsOfSizes({ scaling, vm }: VmGroupSpec): readonly Fault[] {
  if (scaling?.vertical !== 'apply') return [];
  const { vertical_min: min, vertical_max: max } = scaling;
  return (['cpu_cores', 'memory_gb'] as const).flatMap((name): Fault[] => {
    const least = min?.[name] ?? null;
    if (least === null || (max?.[name] ?? null) !== null || least <= vm[name]) return [];
    const message = `is more than vm.${name}, ${vm[name]}: set vertical_max.${name} beside it`;
    return [{ path: ['scaling', 'vertical_min', name], message }];
  });
}

/** It has the form of the restart window of a VM, and is checked as that. */
function faultsOfWindow(window: VmRestartWindow | null): readonly Fault[] {
  return checkRestartWindow({ restart_window: window }).flatMap(({ fields = [] }) =>
    fields.map(({ path, message }) => ({
      path: ['scaling', 'vertical_window', ...path.slice(1)],
      message,
    })),
  );
}

/** Dates have to exist, so that a slip is noticed before the day. */
function faultsOfCalendar(calendar: readonly CalendarDays[]): readonly Fault[] {
  const place = ['scaling', 'prediction', 'calendar'] as const;
  return calendar.flatMap(({ name, dates, time_zone: zone }, at) => {
    const faults: Fault[] = [];
    if (calendar.findIndex((each) => each.name === name) !== at) {
      const message = `is ${name} as before: list all dates of a name together`;
      faults.push({ path: [...place, at, 'name'], message });
    }
    for (const [index, date] of dates.entries()) {
      if (isCalendarDate(date)) continue;
      const message = `is ${date}, which is no day of the calendar`;
      faults.push({ path: [...place, at, 'dates', index], message });
    }
    if (zone !== null && !isTimeZone(zone)) {
      const message = `"${zone}" is not a time zone: give an IANA name such as Europe/Berlin`;
      faults.push({ path: [...place, at, 'time_zone'], message });
    }
    return faults;
  });
}
