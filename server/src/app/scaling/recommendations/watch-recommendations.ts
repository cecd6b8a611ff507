/**
 * Measures what came of recommended sizes: takes back those that prove too small, and verifies the
 * others. Where that is on, it follows further ones: one VM first, more as long as they hold.
 */
import type { Recommendation } from '@novacron/contract/fleet/recommendation';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { roundTo } from '@novacron/engine/round';
import { planVmSize } from '@novacron/engine/scaling/decide/plan-vm-size';
import type { TunedSize } from '@novacron/engine/tuning/model/tuning';
import { planMeasured } from '@novacron/engine/tuning/plan-tuning';
import type { Change } from '../../../ports/store.ts';
import type { RecommendationRow } from '../../../ports/tables/learning-rows.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import type { Analyses } from './create-analyses.ts';
import { beginFollowing, beginTakingBack, resizeOf, restartsNow } from './follow-size.ts';
import { isSize, toFollowed, VERIFIED_AFTER_MS } from './followed-rows.ts';
import { readSizes } from './list-recommendations.ts';
import { readVmQuestion, readVmWeights } from './read-targets.ts';

/** Usage is read in steps of five minutes: in between, nothing new is known. Unit: ms. */
const EVERY_MS = 300_000;

/** Sizes that may be measured at once in a tenant, once earlier ones held. */
const AT_ONCE_MAX = 8;

/** After a size was taken back, nothing else is followed automatically. Unit: ms. */
const PAUSE_MS = 7 * 86_400_000;

/** Less says nothing about a new size: half of the day that it is measured for. Unit: days. */
const MEASURED_DAYS_MIN = 0.5;

/** Dependencies. */
export type WatchParts = BeginParts<CapabilityDeps> & { readonly analyses: Analyses };

/** Measures and follows recommendations, on one of the servers of a store. */
export function recommendationWatch(parts: WatchParts): Reconciler {
  return {
    name: 'recommendations',
    summary: 'Verifies recommended sizes that were applied, takes back those that are too small.',
    everyMs: EVERY_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      const { deps } = parts;
      const rows = await deps.store.read({ from: 'recommendations', where: { state: 'applied' } });
      for (const row of rows.filter(isSize)) {
        if (!budget.mayContinue()) return undefined;
        await measure(parts, row, budget);
      }
      if (deps.settings.autoApplyEnabled) await followAll(parts, budget);
      return undefined;
    },
  };
}

async function measure(
  parts: WatchParts,
  row: RecommendationRow,
  { guard }: ReconcilerBudget,
): Promise<void> {
  const { deps } = parts;
  const nowMs = deps.clock.nowMs();
  const [vm] = await deps.store.read({ from: 'vms', where: { id: row.id }, damaged: 'blank' });
  if (vm === undefined) {
    await commitUnder(guard, deps, [{ kind: 'drop', from: 'recommendations', id: row.id }]);
    return;
  }
  if (vm.busy_operation_id !== null) return;
  const followed = toFollowed(row);
  const size = sizeOf(vm);
  if (!isAs(size, followed.actions[0]?.input)) {
    // Waiting for its restart window, the VM still has the size before.
    if (isAs(size, followed.actions[0]?.undo)) return;
    await commitUnder(guard, deps, [ended(row, { followed, state: 'superseded' })]);
    return;
  }
  const question = await readVmQuestion(deps, vm);
  const { cpu, memory } = planVmSize(question);
  const isTooSmall = [cpu, memory].some(({ verdict, isFull }) => verdict === 'grow' && isFull);
  if (isTooSmall) await takeBack(parts, { row, vm, followed }, guard);
  // A clock that jumps ahead brings no measurements: both have to be there.
  else if (nowMs - row.applied_at_ms >= VERIFIED_AFTER_MS && cpu.days >= MEASURED_DAYS_MIN) {
    const { weights } = await readVmWeights(deps, vm);
    const measured = roundTo(planMeasured(before(followed, size), { question, weights }), 2);
    const verified = { ...followed, measured_improvement: measured };
    await commitUnder(guard, deps, [ended(row, { followed: verified, state: 'verified' })]);
  }
}

/** The size before, by what takes the recommendation back. */
function before({ actions }: Recommendation, { cpu_cores, memory_gb }: Size): TunedSize {
  const undo = actions[0]?.undo ?? {};
  return {
    cpuCores: Number(undo.cpu_cores ?? cpu_cores),
    memoryGb: Number(undo.memory_gb ?? memory_gb),
  };
}

type Size = Pick<VmSpec, 'cpu_cores' | 'memory_gb'>;

function sizeOf(vm: VmRow): Size {
  const { cpu_cores, memory_gb } = desiredAs(vm, VmSpec);
  return { cpu_cores, memory_gb };
}

function isAs(size: Size, input: Readonly<Record<string, unknown>> | null | undefined): boolean {
  const { cpu_cores = size.cpu_cores, memory_gb = size.memory_gb } = input ?? {};
  return cpu_cores === size.cpu_cores && memory_gb === size.memory_gb;
}

function ended(
  { id }: RecommendationRow,
  { followed, state }: { readonly followed: Recommendation; readonly state: string },
): Change {
  const followed_json = JSON.stringify(followed);
  return { kind: 'patch', table: 'recommendations', id, set: { state, followed_json } };
}

interface Following {
  readonly row: RecommendationRow;
  readonly vm: VmRow;
  readonly followed: Recommendation;
}

/** Through the arbiter: what is more urgent comes first, and the next round tries again. */
async function takeBack(
  parts: WatchParts,
  { row, vm, followed }: Following,
  guard: ReconcilerBudget['guard'],
): Promise<void> {
  const undo = followed.actions[0]?.undo;
  if (undo === null || undo === undefined) return;
  const event = eventChange(parts.deps, {
    tenantId: row.tenant_id,
    type: 'recommendation.taken_back',
    source: 'optimizer',
    target: row.id,
    priority: 'high',
    data: { name: vm.name, recommendation: followed.id, title: followed.title },
  });
  const taken = { ...followed, measured_improvement: 0 };
  await beginTakingBack(parts, {
    row: vm,
    guard,
    undo,
    changes: [ended(row, { followed: taken, state: 'taken_back' }), event],
    note: `It takes the recommendation ${followed.id} back: the new size is used up.`,
  });
  parts.analyses.forget(row.tenant_id);
}

async function followAll(parts: WatchParts, budget: ReconcilerBudget): Promise<void> {
  const tenants = await parts.deps.store.read({ from: 'tenants' });
  for (const { id } of tenants) {
    if (!budget.mayContinue()) return;
    await followSome(parts, id, budget);
  }
}

/** Follows those that are sure enough, as many at once as held before. */
async function followSome(
  parts: WatchParts,
  tenantId: string,
  { guard, mayContinue }: ReconcilerBudget,
): Promise<void> {
  const { deps } = parts;
  let left = await countFree(deps, tenantId);
  if (left <= 0) return;
  const sizes = await readSizes(parts, tenantId);
  if (!sizes.ok) return;
  const sure = sizes.value.filter((each) => isSure(deps, each));
  const where = { id: { in: sure.map(({ subject_id }) => subject_id) } };
  const vms = new Map<string, VmRow>(
    mapReadable(await deps.store.read({ from: 'vms', where, damaged: 'blank' }), (vm) => [
      vm.id,
      vm,
    ]),
  );
  for (const recommendation of sure) {
    const row = vms.get(recommendation.subject_id);
    if (left === 0 || !mayContinue()) return;
    const [action] = recommendation.actions;
    if (row === undefined || action === undefined || row.busy_operation_id !== null) continue;
    // A restart needs a window, or a person who asks for it.
    if (await restartsNow(deps, row, resizeOf(action))) continue;
    const begun = await beginFollowing(parts, { recommendation, row, guard });
    // A hold ends the round: what has begun goes on to its end, nothing else begins.
    if (begun.kind === 'held') return;
    if (begun.kind === 'started') left -= 1;
  }
}

function isSure({ settings }: CapabilityDeps, each: Recommendation): boolean {
  const { state, confidence, actions, hcl } = each;
  const isOpen = state === 'open' && actions.length > 0 && hcl.length === 0;
  return isOpen && confidence !== null && confidence >= settings.confidenceThreshold;
}

/** One VM first; then as many as have been verified. None after one was taken back. */
async function countFree(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  tenantId: string,
): Promise<number> {
  const where = { tenant_id: tenantId, state: { in: ['applied', 'verified', 'taken_back'] } };
  const rows = (await store.read({ from: 'recommendations', where })).filter(isSize);
  const sinceMs = clock.nowMs() - PAUSE_MS;
  const latest = (state: string) =>
    rows.filter((row) => row.state === state && row.applied_at_ms > sinceMs).length;
  if (latest('taken_back') > 0) return 0;
  const running = rows.filter(({ state }) => state === 'applied').length;
  return Math.min(AT_ONCE_MAX, Math.max(1, latest('verified'))) - running;
}
