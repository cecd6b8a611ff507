/**
 * The rule of Kubernetes' Horizontal Pod Autoscaler, to compare with.
 * Source: its documentation: ratio of the metric to its target, a tolerance, pods that are starting
 * count as idle, and the largest recommendation of the stabilisation window.
 */
import { type Controller, SIZE_MAX, SIZE_MIN } from './simulate-scaling.ts';

const TOLERANCE = 0.1;

/** Ratios are rounded; a part of a member as small as this is none. */
const ROUNDING = 1e-9;

/** Tuning parameters of HPA. */
export interface HpaSettings {
  readonly target: number;
  /** Unit: minutes. */
  readonly windowMinutes: number;
}

/** Makes a controller for one run. */
export function scaleByHpa({ target, windowMinutes }: HpaSettings): Controller {
  const recommendations: { readonly minute: number; readonly size: number }[] = [];
  return {
    decide: ({ minute, size, measured, utilization }) => {
      const recommended = recommend({ size, measured, utilization }, target);
      recommendations.push({ minute, size: recommended });
      while ((recommendations[0]?.minute ?? minute) < minute - windowMinutes)
        recommendations.shift();
      const most = Math.max(...recommendations.map((each) => each.size));
      const stable = recommended >= size ? recommended : Math.min(size, most);
      return Math.min(SIZE_MAX, Math.max(SIZE_MIN, stable));
    },
    expectedMost: () => undefined,
  };
}

function recommend(
  now: { readonly size: number; readonly measured: number; readonly utilization: number },
  target: number,
): number {
  const { size, measured, utilization } = now;
  if (measured === 0) return size;
  const ratio = utilization / target;
  if (Math.abs(ratio - 1) <= TOLERANCE) return size;
  // Pods that are not ready count as idle before it grows, and not at all before it shrinks.
  if (ratio < 1) return Math.min(size, Math.ceil(ratio * measured - ROUNDING));
  const withIdle = (ratio * measured) / size;
  if (withIdle <= 1 + TOLERANCE) return size;
  return Math.ceil(withIdle * size - ROUNDING);
}
