/** NovaCron's own scaling in the closed loop: models that forecast, the planner that decides. */

import { DAY } from '@novacron/agent/drivers/simulator/demand';
import { VmGroupId, VmId } from '@novacron/contract/ids';
import { GroupScaling } from '@novacron/contract/kinds/vm-group/group-scaling';
import type {
  GroupDecision,
  ScalingGroup,
  ScalingMember,
  ScalingMemory,
  SignalForecast,
  SizeChange,
} from '@novacron/engine/scaling/decide/model/scaling';
import { planScaling } from '@novacron/engine/scaling/decide/plan-scaling';
import { type FittedForecast, fitForecast } from '@novacron/engine/scaling/forecast/plan-forecast';
import { selectModels } from '@novacron/engine/scaling/forecast/select-models';
import {
  BOOT_MINUTES,
  type Controller,
  type LoopView,
  SIZE_MAX,
  SIZE_MIN,
  type SimulatedMember,
} from './simulate-scaling.ts';

const MINUTE_MS = 60_000;
const HOUR = 60;
const METRIC = 'cpu_utilization_ratio';

/** Length of a step of the forecast, which is of the largest load in it. Unit: minutes. */
const STEP = 15;
const STEPS_A_DAY = DAY / STEP;
const PERIODS = [STEPS_A_DAY, 7 * STEPS_A_DAY];

/** Steps of a forecast: eight hours. */
const HORIZON = 32;

/** Steps that models read at most: three weeks. */
const STEPS_KNOWN = 21 * STEPS_A_DAY;

/** Members may have half of the size, and be twice as many. */
const MEMBER_IDS = Array.from({ length: 2 * SIZE_MAX }, (_, at) =>
  VmId.parse(`vm_${String(at).padStart(26, '0')}`),
);
const GROUP_ID = VmGroupId.parse(`vmg_${'0'.repeat(26)}`);

/** Settings of the group, and what the group had as load before. */
export interface PlanOptions {
  readonly settings: object;
  /** Default: that of the simulation. */
  readonly sizeMax?: number;
  /** Load minute by minute before the simulation begins, from its first minute on. */
  readonly history: Float64Array;
  /** Called with every decision. */
  readonly onDecision?: (decision: GroupDecision) => void;
}

/** Makes a controller for one run. */
export function scaleByPlan({
  settings,
  sizeMax = SIZE_MAX,
  history,
  onDecision,
}: PlanOptions): Controller {
  const forecaster = openForecaster(history);
  const parsed = GroupScaling.parse({ warm_up: `${BOOT_MINUTES}m`, ...settings });
  let memory: ScalingMemory | undefined;
  let changes: readonly SizeChange[] = [];
  return {
    decide: (view) => {
      const { minute, size } = view;
      const nowMs = minute * MINUTE_MS;
      forecaster.add(minute, view.utilization * view.measured);
      const group = describeGroup(view, {
        settings: parsed,
        maxSize: sizeMax,
        memory,
        changes,
        forecast: forecaster.forecast(),
      });
      const [decision] = planScaling({ groups: [group] }, { nowMs });
      if (decision === undefined) return size;
      onDecision?.(decision);
      ({ memory } = decision);
      const { to } = decision;
      if (to !== size) {
        const recent = changes.filter(({ atMs }) => nowMs - atMs <= 2 * HOUR * MINUTE_MS);
        changes = [...recent, { atMs: nowMs, from: size, to }];
      }
      return to;
    },
    expectedMost: (minute) => forecaster.mostAt(minute),
  };
}

function describeGroup(
  { minute, size, members, measured, utilization }: LoopView,
  known: Pick<ScalingGroup, 'settings' | 'maxSize' | 'memory' | 'changes'> & {
    readonly forecast: SignalForecast | undefined;
  },
): ScalingGroup {
  const { forecast, ...rest } = known;
  const signal = {
    metric: METRIC,
    value: measured === 0 ? undefined : utilization,
    membersReporting: measured,
    atMs: minute * MINUTE_MS,
  };
  return {
    ...rest,
    id: GROUP_ID,
    name: 'group',
    size,
    minSize: SIZE_MIN,
    members: members.map((each) => describeMember(each, minute)),
    signals: [forecast === undefined ? signal : { ...signal, forecast }],
    bootMs: 0,
    isBusy: false,
  };
}

function describeMember(member: SimulatedMember, minute: number): ScalingMember {
  const id = MEMBER_IDS[member.number];
  if (id === undefined) throw new RangeError(`There is no id for member ${member.number}.`);
  const isReady = member.readyAt <= minute;
  return {
    id,
    number: member.number,
    state: isReady ? 'ready' : member.isHealing ? 'not_ready' : 'starting',
    createdAtMs: member.createdAt * MINUTE_MS,
    isProtected: false,
    hasOtherState: false,
    isHealing: member.isHealing && !isReady,
  };
}

/** Forecasts the load at the end of each step; models are selected and fitted once a day. */
function openForecaster(history: Float64Array) {
  const steps: number[] = [];
  let most = 0;
  let fitted: FittedForecast | undefined;
  let current: SignalForecast | undefined;
  const addMinute = (minute: number, load: number) => {
    most = Math.max(most, load);
    if ((minute + 1) % STEP !== 0) return false;
    steps.push(most);
    most = 0;
    return true;
  };
  for (const [minute, load] of history.entries()) addMinute(minute, load);
  const refresh = (endMinute: number) => {
    const values = steps.slice(-STEPS_KNOWN);
    const series = { startS: 0, stepS: STEP * HOUR, values };
    const request = { horizon: HORIZON, periods: PERIODS };
    if (fitted === undefined || steps.length % STEPS_A_DAY === 0)
      fitted = fitForecast(series, request, selectModels(series, request));
    const { point, lower, upper, backtest } = fitted.forecast(series);
    const { accuracyRatio } = backtest;
    const startMs = endMinute * MINUTE_MS;
    current = { startMs, stepMs: STEP * MINUTE_MS, point, lower, upper, accuracyRatio };
  };
  refresh(history.length);
  return {
    /** Adds the load of the minute before this one. */
    add: (minute: number, load: number) => {
      if (addMinute(minute - 1, load)) refresh(minute);
    },
    forecast: () => current,
    mostAt: (minute: number) => {
      if (current === undefined) return undefined;
      const at = Math.floor((minute * MINUTE_MS - current.startMs) / current.stepMs);
      return current.upper[at];
    },
  };
}
