/**
 * Measures champions against what came: drift of their inputs and of their errors. One that drifted
 * is trained again, as a candidate that people promote; one that is worse than a rule stays off.
 */
import type { ModelDrift } from '@novacron/contract/training/model';
import { ModelEnvironment } from '@novacron/contract/training/model';
import { explainDrift } from '@novacron/engine/training/explain-drift';
import type { DriftPlan } from '@novacron/engine/training/model/drift';
import type { ModelRow } from '../../../ports/tables/model-rows.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { championOf, driftOf, lineageOf, specOf, updateModel } from './model-rows.ts';
import { planVersion } from './prepare-model.ts';
import { findVersion, type ModelWithFile } from './read-models.ts';
import { lastStepEnd, readModelSeries } from './read-series.ts';
import { measureTrial } from './run-trial.ts';
import { openChampion, runTask } from './use-model.ts';

/** Interval of rounds. Unit: ms. */
const WATCH_MS = 300_000;

/** A champion is measured at most this often. Unit: ms. */
const CHECK_MS = 3_600_000;

/** Models of a round: each reads its series and runs in the thread. */
const MODELS_PER_ROUND_MAX = 16;

/** Recent rows that are measured; a week of 15 minutes. */
const RECENT_STEPS_MAX = 672;

/** A model is trained again at most this often. Unit: ms. */
const RETRAIN_MS = 86_400_000;

type Parts = BeginParts<CapabilityDeps>;

/** Watches champions. */
export function modelWatch(parts: Parts): Reconciler {
  const { deps } = parts;
  return {
    name: 'model-watch',
    summary: 'Measures the drift of models, and trains those again that drifted.',
    everyMs: WATCH_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      for (const row of await readDue(deps)) {
        if (!budget.mayContinue()) break;
        try {
          await watchOne(parts, row, budget);
        } catch (cause) {
          deps.logger.warn({ model: row.id, cause }, 'a model was not measured');
        }
      }
      return undefined;
    },
  };
}

/** Models that are due, and those whose last check lies ahead of a clock that was set back. */
async function readDue({ store, clock }: CapabilityDeps): Promise<readonly ModelRow[]> {
  const nowMs = clock.nowMs();
  const orderBy = { column: 'checked_at_ms', direction: 'asc' } as const;
  const limit = MODELS_PER_ROUND_MAX;
  const due = { checked_at_ms: { below: nowMs - CHECK_MS } };
  const ahead = { checked_at_ms: { above: nowMs } };
  const [first, others] = await Promise.all([
    store.read({ from: 'models', where: due, orderBy, limit }),
    store.read({ from: 'models', where: ahead, orderBy, limit }),
  ]);
  return [...first, ...others].slice(0, limit);
}

/** The environment that matters most of those with a champion. */
function watchedEnvironment(row: ModelRow): ModelEnvironment | undefined {
  return ModelEnvironment.options.findLast((each) => championOf(row, each) !== undefined);
}

async function watchOne(parts: Parts, row: ModelRow, { guard }: ReconcilerBudget): Promise<void> {
  const { deps } = parts;
  const checked_at_ms = deps.clock.nowMs();
  const environment = watchedEnvironment(row);
  const champion =
    environment === undefined ? undefined : await openChampion(deps, row, environment);
  const found = champion?.ok === true ? await measure(deps, champion.value) : undefined;
  const trial = await measureTrial(deps, row);
  if (found === undefined) {
    const set = { ...trial.set, checked_at_ms };
    await commitUnder(guard, deps, [updateModel(row, set), ...trial.events]);
    return;
  }
  const before = driftOf(row);
  const isNews = before?.drifted !== found.drifted || before.acts !== found.acts;
  const event = eventChange(deps, {
    tenantId: row.tenant_id,
    type: 'model.drifted',
    source: 'platform',
    target: row.id,
    priority: found.acts ? 'normal' : 'high',
    data: { name: row.name, environment, version: found.version, reason: found.reason },
  });
  const set = { ...trial.set, checked_at_ms, drift_json: JSON.stringify(found) };
  const done = await commitUnder(guard, deps, [
    updateModel(row, set),
    ...trial.events,
    ...(found.drifted && isNews ? [event] : []),
  ]);
  if (done.ok && found.drifted) await trainAgain(parts, row, { found, guard });
}

async function measure(
  deps: CapabilityDeps,
  { row, version, file }: ModelWithFile,
): Promise<ModelDrift | undefined> {
  const spec = specOf(row);
  const toS = lastStepEnd(spec, deps.clock.nowMs());
  const newestS = toS - RECENT_STEPS_MAX * spec.step_seconds;
  const fromS = Math.max(newestS, lineageOf(version)?.trainedToS ?? 0);
  const read = await readModelSeries(deps, spec, { fromS, toS });
  if (!read.ok) return undefined;
  const { series } = read.value;
  const done = await runTask(deps, row, { kind: 'watch', file, series });
  if (!done.ok) {
    deps.logger.warn({ model: row.id, problem: done.error }, 'a model was not measured');
    return undefined;
  }
  const { plan, maeTrained } = done.value;
  return {
    ...toDrift(plan, maeTrained),
    version: version.version,
    checked_at: toTimestamp(deps.clock.nowMs()),
  };
}

function toDrift(plan: DriftPlan, mae_trained: number) {
  return {
    rows: plan.rows,
    inputs: plan.inputs?.index ?? null,
    feature: plan.inputs?.name ?? null,
    mae: plan.mae ?? null,
    mae_trained,
    rule_mae: plan.ruleMae ?? null,
    drifted: plan.isDrifted,
    acts: plan.acts,
    reason: explainDrift(plan),
  };
}

/** Trains a new candidate, unless the newest version is as new as one would be. */
async function trainAgain(
  parts: Parts,
  row: ModelRow,
  { found, guard }: { readonly found: ModelDrift } & Pick<ReconcilerBudget, 'guard'>,
): Promise<void> {
  const { deps } = parts;
  const newest = await findVersion(deps, row);
  const ageMs = deps.clock.nowMs() - (newest.ok ? newest.value.created_at_ms : 0);
  // One of the future is of a clock that was set back.
  const isNew = ageMs >= 0 && ageMs < RETRAIN_MS;
  if (row.operation_id !== null || isNew) return;
  const { id, name } = row;
  const begun = await beginWrite(parts, {
    who: 'model-watch',
    class: 'scaling',
    target: { kind: 'other', row: { id, name } },
    name: 'model.train',
    input: { id },
    prepare: (_input, scope) => planVersion(id, scope, found.reason),
    context: platformContext(deps, row.tenant_id, 'platform'),
    guard,
  });
  if (begun.kind === 'refused') {
    deps.logger.warn({ model: id, problem: begun.problem }, 'a model was not trained again');
  }
}
