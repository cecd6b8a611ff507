/** Recommends CPU and memory of VMs and of members of groups by what they have used. */
import type { Rightsizing } from '@novacron/contract/kinds/vm/rightsizing';
import { explainVmSize } from '@novacron/engine/scaling/decide/explain-vm-size';
import type {
  ResourceSize,
  UsageHistory,
  VmSizeQuestion,
} from '@novacron/engine/scaling/decide/model/vm-size';
import { planVmSize } from '@novacron/engine/scaling/decide/plan-vm-size';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { summarizeRun } from '../../platform/metrics/summarize-run.ts';

/** Older measurements say little about what is needed. Unit: seconds. */
const HISTORY_S = 14 * 86_400;

/** Means of CPU and peaks of memory, as the engine wants them. Unit: seconds. */
const CPU_STEP_S = 300;
const MEMORY_STEP_S = 3_600;

/** Members that are read: like ones with the same size have the same need. */
const MEMBERS_MAX = 16;

const DAY_S = 86_400;
const MS_PER_SECOND = 1_000;
const BYTES_PER_GB = 1_024 ** 3;

/** Target of a size recommendation. */
export interface SizedTarget {
  readonly name: string;
  /** The VM, or the members of the group. */
  readonly vmIds: readonly string[];
  /** The series of a group are stored for longer than those of its members. */
  readonly groupId?: string;
  readonly configured: { readonly cpuCores: number; readonly memoryGb: number };
  /** Allocation since the last change, to which measured ratios refer. */
  readonly allocated: { readonly cpuCores: number; readonly memoryGb: number };
  /** Resources whose use decides the number of members. */
  readonly scaled: { readonly cpu: boolean; readonly memory: boolean };
}

type Deps = Pick<CapabilityDeps, 'store' | 'clock' | 'metricSeries'>;

/** Recommends; where no metrics are stored nothing is known. */
export async function recommendSize(deps: Deps, target: SizedTarget): Promise<Rightsizing> {
  const plan = planVmSize(await readSizeQuestion(deps, target));
  return {
    cpu_cores: toAnswer(plan.cpu),
    memory_gb: toAnswer(plan.memory),
    explanation: [...explainVmSize(plan)],
  };
}

/**
 * Reads what was used since the last change of the size.
 * @param historyS - how far back. Unit: seconds
 */
export async function readSizeQuestion(
  deps: Deps,
  target: SizedTarget,
  historyS = HISTORY_S,
): Promise<VmSizeQuestion> {
  const { name, configured, scaled } = target;
  const steps = await readStretch(deps, target, historyS);
  const [cpu, memory] = await Promise.all([
    readAll(deps, target, { ...steps, stepS: CPU_STEP_S, of: readCpu }),
    readAll(deps, target, { ...steps, stepS: MEMORY_STEP_S, of: readMemory }),
  ]);
  return {
    name,
    cpu: { configured: configured.cpuCores, histories: cpu, isScaled: scaled.cpu },
    memory: { configured: configured.memoryGb, histories: memory, isScaled: scaled.memory },
  };
}

interface Stretch {
  readonly fromS: number;
  readonly toS: number;
}

/** Since its last change: what was used of another size says nothing about this one. */
async function readStretch(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  { vmIds }: SizedTarget,
  historyS: number,
): Promise<Stretch> {
  const toS = Math.floor(clock.nowMs() / MS_PER_SECOND);
  const changes = await store.read({
    from: 'operations',
    where: { target_id: { in: vmIds }, kind: 'vm.update' },
    damaged: 'blank',
  });
  const changedMs = changes.map((change) => change.finished_at_ms ?? change.created_at_ms);
  const sinceS = Math.ceil(Math.max(0, ...changedMs) / MS_PER_SECOND);
  return { fromS: Math.max(toS - historyS, sinceS), toS };
}

/** Reads the usage of one series owner: the values of its steps, NaN if unknown. */
type ReadUse = (
  deps: Deps,
  asked: { readonly id: string; readonly target: SizedTarget },
  steps: Steps,
) => Promise<readonly number[]>;

type Steps = Stretch & { readonly stepS: number };

async function readAll(
  deps: Deps,
  target: SizedTarget,
  { of, ...steps }: Steps & { readonly of: ReadUse },
): Promise<readonly UsageHistory[]> {
  if (steps.fromS >= steps.toS) return [];
  const { groupId, vmIds } = target;
  const ids = [...(groupId === undefined ? [] : [groupId]), ...vmIds.slice(0, MEMBERS_MAX)];
  return Promise.all(
    ids.map(async (id): Promise<UsageHistory> => {
      const all = await of(deps, { id, target }, steps);
      const values = all.filter(Number.isFinite);
      return { values, days: (values.length * steps.stepS) / DAY_S };
    }),
  );
}

const readCpu: ReadUse = async (deps, { id, target }, steps) => {
  const [ratios = []] = await readSteps(
    deps,
    { id, wanted: { cpu_utilization_ratio: 'avg' } },
    steps,
  );
  return ratios.map((ratio) => ratio * target.allocated.cpuCores);
};

/**
 * Reads the usage of memory from the available memory that the guest reports, if it does:
 * hypervisors count its caches as used.
 */
const readMemory: ReadUse = async (deps, { id, target }, steps) => {
  const { memoryGb } = target.allocated;
  const wanted = { memory_available_bytes: 'min', memory_utilization_ratio: 'max' } as const;
  const [available = [], ratios = []] = await readSteps(deps, { id, wanted }, steps);
  return ratios.map((ratio, at) => {
    const free = available[at] ?? Number.NaN;
    return Number.isFinite(free) ? memoryGb - free / BYTES_PER_GB : ratio * memoryGb;
  });
};

interface AskedSteps {
  readonly id: string;
  /** By the name of the series. */
  readonly wanted: Readonly<Record<string, 'avg' | 'min' | 'max'>>;
}

/** Reads steps of some series in their order; none of one that is not there. */
async function readSteps(
  { metricSeries }: Pick<Deps, 'metricSeries'>,
  { id, wanted }: AskedSteps,
  steps: Steps,
): Promise<readonly (readonly number[])[]> {
  const { fromS, toS } = steps;
  const names = Object.keys(wanted);
  const runs = await metricSeries?.readTogether({ targetId: id, names, fromS, toS });
  return Object.entries(wanted).map(([name, statistic]) => {
    const run = runs?.ok ? runs.value.get(name) : undefined;
    if (run === undefined) return [];
    return summarizeRun(run, steps, [statistic]).map((each) => each[statistic] ?? Number.NaN);
  });
}

function toAnswer({ configured, recommended, verdict, used, days }: ResourceSize) {
  return {
    configured,
    recommended: recommended ?? null,
    verdict,
    used_p50: used?.p50 ?? null,
    used_p90: used?.p90 ?? null,
    used_p95: used?.p95 ?? null,
    used_max: used?.most ?? null,
    days,
  };
}
