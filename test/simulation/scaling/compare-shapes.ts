/** Groups as they are configured, and in the shape that the weights choose, on the same traces. */
import { DAY, drawFailures } from '@novacron/agent/drivers/simulator/demand';
import type { ScalingWeights } from '@novacron/contract/kinds/vm-group/group-scaling';
import type { PriceList } from '@novacron/engine/cost/model/price-list';
import { makeRng } from '@novacron/engine/rng';
import type {
  AlternativesQuestion,
  Shape,
} from '@novacron/engine/scaling/alternatives/model/alternatives';
import { planAlternatives } from '@novacron/engine/scaling/alternatives/plan-alternatives';
import { FAILURES_PER_DAY, PLAN_SETTINGS } from './compare-scaling.ts';
import { scaleByPlan } from './scale-by-plan.ts';
import { type LoopFigures, SIZE_MAX, SIZE_MIN, simulateScaling } from './simulate-scaling.ts';
import type { LoopTrace } from './traces.ts';

const { rules: PLAN_RULES } = PLAN_SETTINGS;

/** Target of groups as they are configured. */
const TARGET = Math.max(...PLAN_RULES.map(({ value }) => value));

/** The weights of the figure. */
const WEIGHTS: ScalingWeights = { cost: 0.5, performance: 0.3, risk: 0.2 };

const MEMBER = { cpuCores: 4, memoryGb: 8 };

/** The prices of `examples/price-lists`, in micro-units: spot costs 60 % less. */
const PRICES: PriceList = {
  id: 'plst_example',
  name: 'generic',
  currency: 'USD',
  validFromMs: 0,
  model: {
    kind: 'generic',
    parts: { cpuCore: 25_000, memoryGb: 6_000, diskGb: 200 },
    spotRatio: 400_000,
    discounts: [],
    zones: new Map(),
  },
  volumeGb: new Map(),
  addresses: new Map(),
  snapshotGb: undefined,
  imageGb: undefined,
};

/** Interruptions of spot: the highest monthly probability accepted by default, as a rate. */
const INTERRUPTIONS_PER_DAY = -Math.log(1 - 0.2) / (730 / 24);

/**
 * Target of groups in the chosen shape: a part of what they save buys room for interruptions, so
 * that as much of the demand is served.
 */
const TARGET_CHOSEN = 0.77;

/** A group on one trace. */
export interface ShapeFigures {
  readonly shape: Pick<Shape, 'member' | 'spotSize' | 'size'>;
  readonly figures: LoopFigures;
  /** In the currency of the price list. */
  readonly cost: number;
}

/** Runs a trace with the configured shape and with the chosen one. */
export function compareShapes(each: LoopTrace): {
  readonly configured: ShapeFigures;
  readonly chosen: ShapeFigures;
} {
  const { present, recommended = present } = planAlternatives(askFor(each));
  return {
    configured: runShape(each, present, TARGET),
    chosen: runShape(each, recommended, TARGET_CHOSEN),
  };
}

/** The peak is that of the day before the simulation begins. */
function askFor({ trace, first }: LoopTrace): AlternativesQuestion {
  const load = Math.max(...trace.demand.slice(first - DAY, first));
  return {
    list: PRICES,
    nodeClass: null,
    zone: '',
    addressClasses: [],
    tenantVms: 1,
    diskGb: 20,
    member: MEMBER,
    isSpot: false,
    size: 'demand',
    minSize: SIZE_MIN,
    maxSize: SIZE_MAX,
    demand: { load, usageMax: TARGET, servedBy: 'cpu', by: 'forecast', model: 'ensemble' },
    memoryUsedGb: 3,
    nodeSizes: [{ cpuCores: 64, memoryGb: 256 }],
    weights: WEIGHTS,
    spotRiskMax: 0.2,
  };
}

function runShape({ trace, first }: LoopTrace, shape: Shape, target: number): ShapeFigures {
  const { member, size, spotSize, costPerHour = Number.NaN } = shape;
  const factor = member.cpuCores / MEMBER.cpuCores;
  const demand = trace.demand.map((load) => load / factor);
  const drawn = (name: string, perDay: number) =>
    drawFailures(makeRng(`${name}-${trace.name}`), demand.length, perDay);
  const every = spotSize === size ? 1 : 2;
  const spot = { every, interruptions: drawn('spot', INTERRUPTIONS_PER_DAY) } as const;
  const figures = simulateScaling(
    { ...trace, demand },
    {
      first,
      failures: drawn('failures', FAILURES_PER_DAY),
      ...(spotSize === 0 ? {} : { spot }),
    },
    scaleByPlan({
      settings: { ...PLAN_SETTINGS, rules: PLAN_RULES.map((rule) => ({ ...rule, value: target })) },
      sizeMax: Math.ceil(SIZE_MAX / factor),
      history: demand.slice(0, first),
    }),
  );
  const cost = (figures.memberMinutes / 60) * (costPerHour / size / 1e6);
  return { shape, figures, cost };
}
