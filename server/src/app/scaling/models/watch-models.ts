/**
 * Measures champions against what came: drift of their inputs and of their errors. One that drifted
 * is trained again, as a candidate that people promote; one that is worse than a rule stays off.
 */
import type { ModelDrift } from '@novacron/contract/training/model';
import { ModelEnvironment } from '@novacron/contract/training/model';
import { explainDrift } from '@novacron/engine/training/explain-drift';
import type { DriftPlan } from '@novacron/engine/training/model/drift';
import type { Change } from '../../../ports/store.ts';
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

/** An environment of each champion: the one that matters most. */
function watchedEnvironments(row: ModelRow): readonly ModelEnvironment[] {
  const acting = ModelEnvironment.options.filter((each) => championOf(row, each) !== undefined);
  return acting.filter(
    (each) => acting.findLast((other) => championOf(row, other) === championOf(row, each)) === each,
  );
}

async function watchOne(parts: Parts, row: ModelRow, { guard }: ReconcilerBudget): Promise<void> {
  const { deps } = parts;
  const checked_at_ms = deps.clock.nowMs();
  const before = driftOf(row);
  const drift: ModelDrift[] = [];
  const events: Change[] = [];
  let drifted: ModelDrift | undefined;
  for (const environment of watchedEnvironments(row)) {
    const champion = await openChampion(deps, row, environment);
    const found = champion.ok ? await measure(deps, champion.value) : undefined;
    const last = before.find(({ version }) => version === championOf(row, environment));
    // What could not be measured stays as it was found.
    const now = found ?? last;
    if (now === undefined) continue;
    drift.push(now);
    const isNews = last?.drifted !== now.drifted || last.acts !== now.acts;
    if (found?.drifted === true) drifted = found;
    if (now.drifted && isNews) events.push(driftEvent(deps, row, { environment, found: now }));
  }
  const trial = await measureTrial(deps, row);
  const set = { ...trial.set, checked_at_ms, drift_json: JSON.stringify(drift) };
  const changes = [updateModel(row, set), ...trial.events, ...events];
  const done = await commitUnder(guard, deps, changes);
  if (done.ok && drifted !== undefined) await trainAgain(parts, row, { found: drifted, guard });
}

function driftEvent(
  deps: CapabilityDeps,
  { id, tenant_id, name }: ModelRow,
  about: { readonly environment: ModelEnvironment; readonly found: ModelDrift },
): Change {
  const { environment, found } = about;
  return eventChange(deps, {
    tenantId: tenant_id,
    type: 'model.drifted',
    source: 'platform',
    target: id,
    priority: found.acts ? 'normal' : 'high',
    data: { name, environment, version: found.version, reason: found.reason },
  });
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
    rule_mae: plan.rule?.mae ?? null,
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
