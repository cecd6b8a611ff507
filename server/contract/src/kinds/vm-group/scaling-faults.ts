/** Finds faults within the scaling of a VM group: contradictory rules and bounds. */
import { isMeasuredMetric, unitOfMetric } from '../../formats/metric-name.ts';

/** A fault, with its place below what was examined. */
export interface ScalingFault {
  readonly path: readonly string[];
  readonly message: string;
}

/** A rule as its schema parses it. */
interface Rule {
  readonly kind: 'target' | 'threshold' | 'step' | 'queue';
  readonly metric: string;
  readonly scope: 'member' | 'group' | null;
  readonly value: number | null;
  readonly up: number | null;
  readonly down: number | null;
  readonly steps: readonly { readonly from: number }[] | null;
  readonly service_time: string | null;
  readonly concurrency: number | null;
  readonly wait: string | null;
}

/** The fields that only rules of one kind have. */
const FIELDS_OF: Readonly<Record<Rule['kind'], readonly (keyof Rule)[]>> = {
  target: ['value'],
  threshold: ['up', 'down'],
  step: ['steps'],
  queue: ['service_time', 'concurrency', 'wait'],
};

/** The field without which a rule of the kind cannot decide, and what it is for. */
const NEEDED: Readonly<Partial<Record<Rule['kind'], readonly [keyof Rule, string]>>> = {
  target: ['value', 'which one member has when the group has the right size'],
  step: ['steps', 'which say how many members are added at which value'],
  queue: ['service_time', 'the time that a member needs for one request, such as 200ms'],
};

/**
 * The faults of a rule.
 * @param rule - its thresholds where it sets none: `up`, `down`
 */
export function findRuleFaults(
  rule: Rule,
  defaults: { readonly up: number; readonly down: number },
): readonly ScalingFault[] {
  return [
    ...faultsOfMetric(rule),
    ...faultsOfKind(rule),
    ...(rule.kind === 'threshold' ? faultsOfThresholds(rule, defaults) : []),
    ...faultsOfSteps(rule.steps ?? []),
    ...faultsOfRatio(rule),
  ];
}

function faultsOfMetric({ kind, metric, scope }: Rule): ScalingFault[] {
  const faults: ScalingFault[] = [];
  const found = unitOfMetric(metric);
  if (found?.kind === 'counter') {
    const message = 'is a counter, which only grows: name a gauge, such as a rate per second';
    faults.push({ path: ['metric'], message });
  }
  if (kind === 'queue' && found?.unit !== 'per second') {
    const message = 'must be a rate of requests for kind queue: its name ends in _per_second';
    faults.push({ path: ['metric'], message });
  }
  if (kind === 'queue' && scope === 'member') {
    const message = 'must be group for kind queue: all members together serve the requests';
    faults.push({ path: ['scope'], message });
  }
  return faults;
}

function faultsOfKind(rule: Rule): ScalingFault[] {
  const { kind } = rule;
  const others = Object.entries(FIELDS_OF).flatMap(([of, fields]) =>
    of === kind ? [] : fields.map((field) => ({ of, field })),
  );
  const faults = others
    .filter(({ field }) => rule[field] !== null)
    .map(({ of, field }) => ({
      path: [field],
      message: `belongs to rules of kind ${of}: remove it, or set kind to ${of}`,
    }));
  const [needed, what] = NEEDED[kind] ?? [];
  if (needed === undefined || rule[needed] !== null) return faults;
  return [...faults, { path: [needed], message: `is needed for kind ${kind}: ${what}` }];
}

function faultsOfThresholds(
  { metric, up, down }: Rule,
  defaults: { readonly up: number; readonly down: number },
): ScalingFault[] {
  const isRatio = unitOfMetric(metric)?.unit === 'ratio';
  const missing = isRatio
    ? []
    : [...(up === null ? ['up'] : []), ...(down === null ? ['down'] : [])];
  if (missing.length > 0) {
    return missing.map((field) => ({
      path: [field],
      message: `is needed for ${metric}: only metrics that are ratios have a default`,
    }));
  }
  const [above, below] = [up ?? defaults.up, down ?? defaults.down];
  if (below < above) return [];
  return [{ path: ['down'], message: `must be less than up: ${below} is not less than ${above}` }];
}

function faultsOfSteps(steps: readonly { readonly from: number }[]): ScalingFault[] {
  return steps.flatMap(({ from }, at) =>
    steps.findIndex((step) => step.from === from) === at
      ? []
      : [{ path: ['steps', String(at), 'from'], message: `is ${from} as in an earlier step` }],
  );
}

/** 80 of a ratio is meant as a percentage; such a group would never grow. */
function faultsOfRatio(rule: Rule): ScalingFault[] {
  const isMeasured = isMeasuredMetric(rule.metric);
  if (!isMeasured || unitOfMetric(rule.metric)?.unit !== 'ratio') return [];
  return (['value', 'up', 'down'] as const).flatMap((field) => {
    const value = rule[field];
    if (value === null || value <= 1) return [];
    const message = `must be from 0 to 1: ${rule.metric} is a ratio, so 70 percent is 0.7`;
    return [{ path: [field], message }];
  });
}

/** The parts of a group's scaling that need each other. */
interface Scaling {
  readonly rules: readonly unknown[] | null;
  readonly schedules: readonly unknown[] | null;
  readonly prediction: unknown;
  readonly combine: 'max' | 'min' | null;
  readonly fallback_size: number | null;
  readonly vertical: 'off' | 'recommend' | 'apply' | null;
  readonly vertical_max: MemberLimit | null;
  readonly vertical_min: MemberLimit | null;
  readonly vertical_window: unknown;
}

interface MemberLimit {
  readonly cpu_cores: number | null;
  readonly memory_gb: number | null;
}

/** The faults of the scaling of a group besides those of its rules. */
export function findScalingFaults({
  rules,
  schedules,
  prediction,
  combine,
  fallback_size: fallback,
  ...sizes
}: Scaling): readonly ScalingFault[] {
  const faults: ScalingFault[] = [];
  if (rules === null && schedules === null) {
    const message = 'is needed, or schedules: without both nothing says which size is right';
    faults.push({ path: ['rules'], message });
  }
  if (rules === null && prediction !== null) {
    const message = 'needs rules, whose metrics are forecast';
    faults.push({ path: ['prediction'], message });
  }
  if (rules === null && combine !== null) {
    faults.push({ path: ['combine'], message: 'needs rules, whose sizes are combined' });
  }
  if (rules === null && fallback !== null) {
    const message = 'needs rules, whose metrics may become unknown';
    faults.push({ path: ['fallback_size'], message });
  }
  return [...faults, ...faultsOfSizes(sizes)];
}

function faultsOfSizes({
  vertical,
  vertical_max: max,
  vertical_min: min,
  vertical_window: window,
}: Pick<
  Scaling,
  'vertical' | 'vertical_max' | 'vertical_min' | 'vertical_window'
>): readonly ScalingFault[] {
  if (vertical === 'apply') {
    if (max === null) {
      const message = 'is needed for vertical apply: the largest size that members may get';
      return [{ path: ['vertical_max'], message }];
    }
    return (['cpu_cores', 'memory_gb'] as const).flatMap((name) => {
      const [least, most] = [min?.[name] ?? null, max[name]];
      if (least === null || most === null || least <= most) return [];
      const message = `must not be more than in vertical_max, which is ${most}`;
      return [{ path: ['vertical_min', name], message }];
    });
  }
  const message = 'belongs to vertical apply: remove it, or set vertical to apply';
  return [
    ...(max === null ? [] : [{ path: ['vertical_max'], message }]),
    ...(min === null ? [] : [{ path: ['vertical_min'], message }]),
    ...(window === null ? [] : [{ path: ['vertical_window'], message }]),
  ];
}

/** Sums of decimal fractions are rounded. */
const ROUNDING = 1e-6;

/** The faults of weights, which share a whole out. */
export function findWeightsFaults({
  cost,
  performance,
  risk,
}: {
  readonly cost: number;
  readonly performance: number;
  readonly risk: number;
}): readonly ScalingFault[] {
  const sum = cost + performance + risk;
  if (Math.abs(sum - 1) <= ROUNDING) return [];
  const shown = Number(sum.toPrecision(6));
  return [{ path: [], message: `must sum to 1: cost, performance and risk sum to ${shown}` }];
}

/** The faults of one schedule. */
export function findScheduleFaults({
  min_size: min,
  max_size: max,
}: {
  readonly min_size: number | null;
  readonly max_size: number | null;
}): readonly ScalingFault[] {
  if (min === null && max === null) {
    return [
      { path: ['min_size'], message: 'is needed, or max_size: the schedule changes nothing' },
    ];
  }
  if (min === null || max === null || min <= max) return [];
  return [{ path: ['min_size'], message: `must not be more than max_size, which is ${max}` }];
}
