/**
 * Has agents check the health of guests, counts results, and records what VMs come to. One server
 * does it, under the lease; one that takes over starts counting again, from the recorded state.
 */
import type { HealthAnswer, HealthProbe } from '@novacron/contract/agent/health-query';
import { parseDuration } from '@novacron/contract/formats/duration';
import { canonicalJson } from '@novacron/contract/json';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import {
  HEALTH_INTERVAL_MS,
  HEALTH_START_PERIOD_MS,
  HEALTH_TIMEOUT_MS,
  HEALTHY_AFTER,
  UNHEALTHY_AFTER,
  type VmHealthCheck,
} from '@novacron/contract/kinds/vm/vm-health-check';
import { explainHealth } from '@novacron/engine/healing/health/explain-health';
import type { Health, HealthThresholds } from '@novacron/engine/healing/health/model/health';
import { planChecks } from '@novacron/engine/healing/health/plan-checks';
import { planHealth, startHealth } from '@novacron/engine/healing/health/plan-health';
import { STABLE_MS } from '@novacron/engine/healing/restart/plan-restarts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { refusedWrites } from '../../kernel/arbitration/refused-writes.ts';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { AnswerTimes } from '../../platform/metrics/record-usage.ts';
import { askGuest } from '../../resources/vm/machine/ask-guest.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { healthOf, withHealth } from '../../rows/observed/observed-health.ts';
import { replan } from '../../rows/resource-problems.ts';
import { recordObservedChange } from '../inspection/record-observed-change.ts';
import { findHung } from './find-hung.ts';
import { resetUnhealthy } from './restart-unhealthy.ts';

/** Interval at which the VMs with checks are read again; checks of new VMs begin by then. */
const REFRESH_MS = 30_000;

const MS_PER_SECOND = 1_000;

/** The longest pause between two rounds. */
const LOOK_MS = 5_000;

/** Checks under way in the fleet, and on one node. */
const CHECKS_MAX = 256;
const CHECKS_ON_NODE_MAX = 32;

/** Page size: requests are served between pages. */
const VMS_PER_PAGE = 500;

/** Dependencies of checking health. */
export type HealthParts = BeginParts<CapabilityDeps>;

/** A VM with a check, as it was read last. */
interface Watched {
  row: VmRow;
  check: VmHealthCheck;
  node: string;
  health: Health;
  lastMs: number | null;
  seen: string | null;
}

/** Operations after which a guest boots, or may do so. */
const BOOTS: ReadonlySet<unknown> = new Set(
  ['start', 'reboot', 'reset', 'recover', 'update'].map((verb) => `vm.${verb}.succeeded`),
);

/** Checks the health of guests. @param answerTimes - where it notes how fast guests answered */
export function healthWatch(parts: HealthParts, answerTimes: AnswerTimes): Reconciler {
  const { deps } = parts;
  const watched = new Map<string, Watched>();
  const refusals = refusedWrites(deps, 'vm.not_restarted');
  const underWay = new Map<string, string>();
  let refreshedMs = Number.NEGATIVE_INFINITY;

  async function refresh({ mayContinue }: ReconcilerBudget): Promise<void> {
    const nowMs = deps.clock.nowMs();
    if (nowMs - refreshedMs < REFRESH_MS) return;
    refreshedMs = nowMs;
    const found = new Set<string>();
    const read = (after: string) =>
      deps.store.read({
        from: 'vms',
        where: { id: { above: after }, status: 'running' },
        limit: VMS_PER_PAGE,
        damaged: 'blank',
      });
    for await (const rows of readPages({ length: VMS_PER_PAGE, read, mayContinue })) {
      for (const each of mapReadable(rows, (row) => watchedOf(row, nowMs)).flat()) {
        const before = watched.get(each.row.id);
        found.add(each.row.id);
        if (before === undefined) watched.set(each.row.id, each);
        else Object.assign(before, { ...each, health: before.health, lastMs: before.lastMs });
      }
    }
    for (const id of watched.keys()) if (!found.has(id)) watched.delete(id);
  }

  async function check(vm: Watched, budget: ReconcilerBudget): Promise<void> {
    const { id } = vm.row;
    underWay.set(id, vm.node);
    try {
      const answer = await ask(deps, vm);
      const nowMs = deps.clock.nowMs();
      const before = vm.health;
      const result = answer?.kind ?? 'unknown';
      if (answer?.kind === 'passed' && answer.answer_ms !== undefined) {
        answerTimes.set(id, answer.answer_ms / MS_PER_SECOND);
      }
      vm.health = planHealth(before, result, thresholdsOf(vm.check), { nowMs });
      if (answer?.kind === 'failed') vm.seen = answer.seen;
      if (vm.health.state === before.state) return;
      deps.logger.info({ vm: id }, explainHealth(vm.row.name, vm.health, vm.seen));
      await record(deps, vm, budget);
    } finally {
      underWay.delete(id);
    }
  }

  return {
    name: 'health-checks',
    summary: 'Runs the health checks of VMs.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    subscribe: (_budget, wake) =>
      deps.bus.subscribe(EVENT_SUBJECT, ({ type, target }) => {
        const vm = watched.get(String(target));
        if (BOOTS.has(type) && vm !== undefined) vm.health = startHealth(deps.clock.nowMs());
        if (type === 'vm.create.succeeded' || BOOTS.has(type)) wake();
      }),
    run: async (budget) => {
      await refresh(budget);
      const nowMs = deps.clock.nowMs();
      const vms = [...watched.values()]
        .filter(({ row }) => !underWay.has(row.id))
        .map(({ row, node, check: { interval }, lastMs }) => {
          return { id: row.id, node, intervalMs: msOf(interval, HEALTH_INTERVAL_MS), lastMs };
        });
      const plan = planChecks(
        {
          vms,
          underWay: [...underWay.values()],
          checksMax: CHECKS_MAX,
          checksOnNodeMax: CHECKS_ON_NODE_MAX,
        },
        { nowMs },
      );
      for (const { id } of plan.check) {
        const vm = watched.get(id);
        if (vm === undefined || !budget.mayContinue()) break;
        vm.lastMs = nowMs;
        // Not waited for: one guest that is silent until the timeout must not delay the others.
        check(vm, budget).catch((cause: unknown) =>
          deps.logger.warn({ vm: vm.row.name, cause }, 'a health check could not be run'),
        );
      }
      const unhealthy = [...watched.values()]
        .filter(({ health }) => health.state === 'unhealthy')
        .map(({ row: { id }, seen, check }) => ({ id, seen, stableMs: stableMsOf(check) }));
      const all = [...unhealthy, ...(await findHung(deps))];
      const reset = await resetUnhealthy({ ...parts, refusals }, all, budget);
      for (const id of reset) {
        const vm = watched.get(id);
        if (vm !== undefined) vm.health = startHealth(deps.clock.nowMs());
      }
      const nextMs = plan.nextMs === null ? LOOK_MS : plan.nextMs - deps.clock.nowMs();
      return { nextMs: Math.min(LOOK_MS, Math.max(0, nextMs)) };
    },
  };
}

function watchedOf(row: VmRow, nowMs: number): readonly Watched[] {
  const check = desiredAs(row, VmSpec).healing?.health_check;
  const observed = observedOf(row);
  if (check === undefined || check === null) return [];
  const known = healthOf(observed);
  const start = startHealth(nowMs);
  // One that was unhealthy is judged again before it is reset: its last reset may be recent.
  const health = known?.state === 'healthy' ? { ...start, state: known.state } : start;
  const seen = known?.seen ?? null;
  return [{ row, check, node: String(observed.node), health, lastMs: null, seen }];
}

function thresholdsOf(check: VmHealthCheck): HealthThresholds {
  return {
    healthyAfter: check.healthy_after ?? HEALTHY_AFTER,
    unhealthyAfter: check.unhealthy_after ?? UNHEALTHY_AFTER,
    startPeriodMs: msOf(check.start_period, HEALTH_START_PERIOD_MS),
  };
}

function msOf(text: string | null | undefined, otherwiseMs: number): number {
  return parseDuration(text ?? '') ?? otherwiseMs;
}

/**
 * A reset belongs to the row of the one before if the guest was judged unhealthy as soon as that
 * was possible.
 */
export function stableMsOf(check: VmHealthCheck): number {
  const { unhealthyAfter, startPeriodMs } = thresholdsOf(check);
  const intervalMs = msOf(check.interval, HEALTH_INTERVAL_MS);
  return STABLE_MS + startPeriodMs + (unhealthyAfter + 1) * intervalMs;
}

/** @returns undefined where the agent does not answer: then nothing is known of the guest */
async function ask(
  deps: CapabilityDeps,
  { row, check, node }: Watched,
): Promise<HealthAnswer | undefined> {
  const timeoutMs = msOf(check.timeout, HEALTH_TIMEOUT_MS);
  const answer = await askGuest(deps, { node, vmId: row.id, probe: probeOf(check), timeoutMs });
  return answer === 'not-leading' ? undefined : answer;
}

const PORT_HTTP = 80;
const PORT_HTTPS = 443;

function probeOf({ kind, port, path, command }: VmHealthCheck): HealthProbe {
  switch (kind) {
    case 'tcp':
      return { kind, port: port ?? PORT_HTTP };
    case 'command':
      return { kind, command: [...(command ?? [])] };
    default: {
      const tls = kind === 'https';
      return { kind: 'http', tls, port: port ?? (tls ? PORT_HTTPS : PORT_HTTP), path: path ?? '/' };
    }
  }
}

/** Records the health; a VM that is being changed is judged again afterwards. */
async function record(
  deps: CapabilityDeps,
  { row: { id }, health, seen }: Watched,
  { guard }: ReconcilerBudget,
): Promise<void> {
  const [row] = await deps.store.read({ from: 'vms', where: { id }, damaged: 'blank' });
  if (row === undefined || health.state === 'starting') return;
  const observed = observedOf(row);
  const { state } = health;
  const isGood = state === 'healthy';
  const after = {
    state,
    seen: isGood ? null : seen,
    resets_failed: null,
    hung_at_generation: null,
  };
  const before = healthOf(observed)?.state ?? null;
  const isKnown = before === state && row.health === state;
  if (isKnown || observed.status !== 'running') return;
  await commitUnder(guard, deps, [
    {
      kind: 'update',
      table: 'vms',
      id,
      set: { observed_json: canonicalJson(withHealth(observed, after)), health: state },
      expect: {
        generation: row.generation,
        observed_json: row.observed_json,
        busy_operation_id: null,
      },
      otherwise: replan(`The VM ${row.name}`),
    },
    ...recordObservedChange(deps, {
      kind: `vm.${state}`,
      resourceKind: 'vm',
      row,
      by: 'healer',
      changes: { health: { was: before, is: state } },
      news: isGood ? 'good' : 'bad',
      data: { node: observed.node, ...(isGood ? {} : { seen }) },
    }),
  ]);
}
