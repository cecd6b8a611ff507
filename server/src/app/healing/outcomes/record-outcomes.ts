/**
 * Records how attempts to heal have ended: from the operations that NovaCron made by itself, and
 * from what became of their VMs. One server does it, under the lease.
 */

import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Attempt, DecidedAttempt } from '@novacron/engine/healing/outcomes/model/learning';
import { planOutcomes } from '@novacron/engine/healing/outcomes/plan-outcomes';
import { limitByName } from '@novacron/engine/healing/outcomes/rules/ladder';
import { z } from 'zod';
import type { Change } from '../../../ports/store.ts';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import {
  decodeDefinition,
  isDamaged,
  type ReplaceStepAction,
} from '../../kernel/definitions/operation-definition.ts';
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { resetsBefore } from '../../rows/observed/observed-health.ts';
import { attemptsBefore } from '../../rows/observed-machine.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { replan } from '../../rows/resource-problems.ts';
import { isAttempt, KIND_OF, kindOf, LEVEL_OF, RESTARTS } from './attempt-kinds.ts';

/** Attempts take a minute and more. Unit: ms. */
const LOOK_MS = 30_000;

/** An attempt of which nothing is known after this time says nothing. Unit: ms. */
const UNDECIDED_MS_MAX = 2 * 3_600_000;

/** Attempts and their followers that a round looks at, the latest ones. */
const OPERATIONS_MAX = 5_000;

type OperationRow = Tables['operations'];

/** Records outcomes. */
export function outcomeRecords({ deps }: { readonly deps: CapabilityDeps }): Reconciler {
  return {
    name: 'healing-outcomes',
    summary: 'Records outcomes of healing attempts, which determine what is tried first.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      const attempts = await findAttempts(deps);
      const decided = planOutcomes([...attempts.keys()], { nowMs: deps.clock.nowMs() });
      for (const each of decided) {
        const operation = attempts.get(each.attempt);
        if (operation === undefined || !budget.mayContinue()) break;
        await record(deps, operation, each, budget);
      }
      return undefined;
    },
  };
}

/** Attempts of the last hours that have no outcome yet, with their operations. */
async function findAttempts(deps: CapabilityDeps): Promise<ReadonlyMap<Attempt, OperationRow>> {
  const { store, clock } = deps;
  const tried = await store.read({
    from: 'operations',
    where: {
      kind: { in: [...KIND_OF.keys()] },
      created_by: PLATFORM_NAME,
      created_at_ms: { above: clock.nowMs() - UNDECIDED_MS_MAX },
    },
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  const ids = tried.map(({ id }) => id);
  const { known, claims } = await store.snapshot({
    known: { from: 'healing_outcomes', where: { id: { in: ids } } },
    claims: { from: 'arbiter_claims', where: { operation_id: { in: ids } } },
  });
  const done = new Set<string>(known.map(({ id }) => id));
  const whose = new Map(claims.map((claim) => [claim.operation_id, claim]));
  const open = tried.filter((row) => !done.has(row.id) && isAttempt(row, whose.get(row.id)));
  if (open.length === 0) return new Map();
  const followers = await readFollowers(deps, open);
  return new Map(
    open.flatMap((row) => {
      const attempt = toAttempt(row, followers);
      return attempt === undefined ? [] : [[attempt, row] as const];
    }),
  );
}

/** Known facts about the targets of attempts. */
interface Followers {
  /** VM that an attempt was to heal, by the attempt's id; a replaced VM no longer exists. */
  readonly patients: ReadonlyMap<string, string>;
  readonly operations: ReadonlyMap<string, readonly OperationRow[]>;
  readonly vms: ReadonlyMap<string, Patient>;
  /** Times at which the guest of a VM was seen serving, oldest first. */
  readonly servedMs: ReadonlyMap<string, readonly number[]>;
  /** Ids of attempts that were cancelled: for what was more urgent, or by a person. */
  readonly cancelled: ReadonlySet<string>;
}

async function readFollowers(
  { store }: CapabilityDeps,
  open: readonly OperationRow[],
): Promise<Followers> {
  const targets = [...new Set(open.map(({ target_id }) => target_id))];
  const patients = await findPatients(store, open);
  const vmIds = [...new Set(patients.values())];
  const sinceMs = Math.min(...open.map(({ created_at_ms }) => created_at_ms));
  const failed = open.filter(hasFailed).map(({ id }) => id);
  const found = await store.snapshot({
    log: { from: 'operation_log', where: { operation_id: { in: failed } } },
    operations: {
      from: 'operations',
      where: { target_id: { in: targets }, created_at_ms: { above: sinceMs - 1 } },
      orderBy: { column: 'created_at_ms', direction: 'asc' },
      limit: OPERATIONS_MAX,
      damaged: 'blank',
    },
    vms: { from: 'vms', where: { id: { in: vmIds } }, damaged: 'blank' },
    events: {
      from: 'events',
      where: { target: { in: vmIds }, type: 'vm.healthy', at_ms: { above: sinceMs } },
      orderBy: { column: 'at_ms', direction: 'asc' },
      limit: OPERATIONS_MAX,
    },
  });
  const served = new Map<string, number[]>();
  for (const { target, at_ms } of found.events) {
    served.set(target, [...(served.get(target) ?? []), at_ms]);
  }
  const operations = new Map<string, OperationRow[]>();
  for (const row of found.operations) {
    operations.set(row.target_id, [...(operations.get(row.target_id) ?? []), row]);
  }
  const vms = new Map(mapReadable(found.vms, (row) => [String(row.id), toPatient(row)] as const));
  const cancelled = found.log
    .filter(({ entry_json }) => Cancelled.safeParse(parseStored(entry_json)).success)
    .map(({ operation_id }) => operation_id);
  return { patients, operations, vms, servedMs: served, cancelled: new Set(cancelled) };
}

/**
 * Finds the VM that each attempt was to heal: for the replacement of a member, the VM that now
 * takes its place; else the target.
 */
async function findPatients(
  store: CapabilityDeps['store'],
  open: readonly OperationRow[],
): Promise<ReadonlyMap<string, string>> {
  const places = new Map(
    open.flatMap((row) => {
      const place = replacedPlaceOf(row);
      return place === undefined ? [] : [[row.id, place] as const];
    }),
  );
  const members = await store.read({
    from: 'vm_group_members',
    where: { group_id: { in: [...new Set([...places.values()].map(({ groupId }) => groupId))] } },
  });
  return new Map(
    open.flatMap((row) => {
      if (row.kind !== 'vm_group.replace_members') return [[row.id, row.target_id] as const];
      const place = places.get(row.id);
      const member = members.find(
        ({ group_id, ordinal }) => group_id === place?.groupId && ordinal === place.ordinal,
      );
      return member === undefined ? [] : [[row.id, member.id] as const];
    }),
  );
}

/** The place in its group of the member that was replaced: NovaCron replaces one at a time. */
function replacedPlaceOf(row: OperationRow): ReplaceStepAction | undefined {
  if (row.kind !== 'vm_group.replace_members' || isDamaged(row)) return undefined;
  return decodeDefinition(row)
    .steps.map(({ action }) => action)
    .find((action) => action.kind === 'replace-member');
}

/** A VM that was to be healed. */
interface Patient {
  readonly target: Attempt['target'];
  readonly hasCheck: boolean;
}

function toPatient(row: VmRow): Patient {
  const check = desiredAs(row, VmSpec).healing?.health_check ?? null;
  return { target: stateOf(row), hasCheck: check !== null };
}

function stateOf(row: VmRow): Attempt['target'] {
  const observed = observedOf(row);
  const isGivenUp = resetsBefore(observed) !== null || attemptsBefore(observed) !== null;
  if (isGivenUp) return 'faulty';
  return desiredAs(row, VmSpec).power_state === 'running' ? 'there' : 'gone';
}

function toAttempt(
  row: OperationRow,
  { patients, operations, vms, servedMs, cancelled }: Followers,
): Attempt | undefined {
  const kind = kindOf(row);
  if (kind === undefined) return undefined;
  const { strategy } = kind;
  const finishedMs = row.finished_at_ms;
  const next = operations
    .get(row.target_id)
    ?.find((other) => other.created_at_ms > row.created_at_ms && isNext(row, other));
  const patient = patients.get(row.id) ?? '';
  const { target = 'gone', hasCheck = true } = vms.get(patient) ?? {};
  // A VM without a check has only its run to show.
  const proof = strategy === 'grow' && !hasCheck ? 'stable' : kind.proof;
  const served = servedMs.get(patient)?.find((atMs) => atMs >= (finishedMs ?? 0)) ?? null;
  const nextBy = next?.created_by === PLATFORM_NAME ? 'novacron' : 'people';
  return {
    id: row.id,
    cause: LEVEL_OF.get(strategy)?.cause ?? '',
    strategy,
    proof,
    operation: statusOf(row, cancelled),
    beganMs: row.created_at_ms,
    finishedMs,
    nextMs: next?.created_at_ms ?? null,
    nextBy: next === undefined ? null : nextBy,
    target,
    limitMs: limitByName(strategy),
    servedMs: served,
  };
}

/** Restarts with the new size belong to a growth: they may be what makes the guest use it. */
function isNext({ id, kind }: OperationRow, other: OperationRow): boolean {
  const isOwn = other.created_by === PLATFORM_NAME && RESTARTS.has(other.kind);
  return other.id !== id && !(kind === 'vm.update' && isOwn);
}

function statusOf(
  { id, status }: OperationRow,
  cancelled: ReadonlySet<string>,
): Attempt['operation'] {
  if (status === 'succeeded') return 'succeeded';
  if (!hasFailed({ status })) return 'under-way';
  return cancelled.has(id) ? 'given-up' : 'failed';
}

function hasFailed({ status }: Pick<OperationRow, 'status'>): boolean {
  return status === 'failed' || status === 'stuck';
}

/** Log entry of a cancelled operation. */
const Cancelled = z.looseObject({ kind: z.literal('turned-back'), why: z.literal('cancelled') });

async function record(
  deps: CapabilityDeps,
  operation: OperationRow,
  { attempt, result, strategy, durationMs }: DecidedAttempt,
  { guard }: ReconcilerBudget,
): Promise<void> {
  const { cause } = attempt;
  const isPlatforms = LEVEL_OF.get(strategy)?.scope === 'platform';
  const platform = isPlatforms ? await findPlatformTenant(deps.store) : undefined;
  const change: Change = {
    kind: 'insert',
    into: 'healing_outcomes',
    row: {
      id: operation.id,
      tenant_id: platform?.id ?? operation.tenant_id,
      cause,
      strategy,
      target_name: operation.target_name,
      result,
      duration_ms: durationMs,
      ended_at_ms: attempt.beganMs + durationMs,
    },
    otherwise: replan('The outcome'),
  };
  const done = await commitUnder(guard, deps, [change]);
  if (done.ok) deps.telemetry.count('novacron_healing_outcomes_total', { cause, strategy, result });
}
