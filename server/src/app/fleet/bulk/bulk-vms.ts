/**
 * Does the same to many VMs as one operation. Each VM is a step, which is the write of that VM:
 * admitted, decided by policies and audited by itself. A few run at a time, and one that fails
 * keeps no other from being done.
 */
import { listNames } from '@novacron/contract/formats/list-names';
import type { BulkAction, BulkVm } from '@novacron/contract/kinds/vm/vm-bulk-operations';
import type { Operation } from '@novacron/contract/operation/operation';
import { operationRow, type ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import { forbiddenCall, mayCall } from '../../access/identity/may-call.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { actorKindOf, type CallContext } from '../../kernel/context/call-context.ts';
import type {
  BulkStepAction,
  OperationStepDefinition,
} from '../../kernel/definitions/operation-definition.ts';
import { UNKEYED } from '../../kernel/idempotency/idempotency.ts';
import { answerOperation } from '../../kernel/operations/answer-operation.ts';
import { commitOf, tryWrite } from '../../kernel/write/admit-write.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { parseInput, prepareOf } from '../../platform/step-write.ts';
import { type SelectedVm, selectVms } from './select-vms.ts';

type Request = ParsedInputOf<'vm.bulk'>;

/** Steps at a time: agents and the store serve others meanwhile. */
const STEPS_AT_A_TIME = 8;

/** VMs that are tried at a time: policies are asked about each. */
const TRIED_AT_A_TIME = 16;

/** Maximum time that a step waits for a VM that is being changed. Unit: ms. */
const BUSY_MS_MAX = 600_000;

/** Refusals in the lines for people. */
const REFUSALS_NAMED_MAX = 20;

const NAMES_MAX = 5;

/** Past participles of the actions, for messages about several VMs. */
const DONE: Readonly<Record<BulkAction, string>> = {
  start: 'started',
  stop: 'stopped',
  reboot: 'rebooted',
  reset: 'reset',
  restart_service: 'asked to restart their service',
  pause: 'paused',
  resume: 'resumed',
  delete: 'deleted',
};

/** Result of a bulk action on VMs. */
export interface BulkAnswer {
  readonly action: BulkAction;
  readonly matched: number;
  readonly vms: readonly BulkVm[];
  readonly explanation: readonly string[];
  readonly operation?: Operation;
}

/**
 * Begins the operation, or shows what it would do. VMs that would be refused now are left out of it
 * and named. Problems: those of the selection; `forbidden` without the right to the write of one
 * VM; the problem of the first VM where all are refused.
 */
export async function bulkVms(
  parts: BeginParts<CapabilityDeps>,
  input: Request,
  context: CallContext,
): Promise<Result<BulkAnswer, Problem>> {
  const { deps } = parts;
  const { action, dry_run: isDryRun } = input;
  const name = `vm.${action}` as const;
  if (!mayCall(context.principal, name)) {
    return err(forbiddenCall(name, operationRow(name).role, context.principal));
  }
  const selected = await selectVms(deps, input, context);
  if (!selected.ok) return selected;
  const tried = await tryAll(deps, { input, vms: selected.value }, context);
  const accepted = tried.filter(({ refusal }) => refusal === undefined).map(({ vm }) => vm);
  const vms = tried.map((each) => toItem(each, isDryRun ? 'planned' : 'started'));
  const answer = { action, matched: vms.length, vms, explanation: explain(action, tried) };
  if (isDryRun) return ok(answer);
  const [first] = tried;
  if (accepted.length === 0 && first?.refusal !== undefined) {
    return err(allRefused(action, vms.length, { vm: first.vm, refusal: first.refusal }));
  }
  const begun = await begin(parts, { input, vms: accepted }, context);
  if (!begun.ok) return begun;
  return ok({ ...answer, operation: await answerOperation(deps, begun.value) });
}

interface Asked {
  readonly input: Request;
  readonly vms: readonly SelectedVm[];
}

interface Tried {
  readonly vm: SelectedVm;
  readonly refusal: Problem | undefined;
}

/** Tries the write of each VM, with its policies. */
async function tryAll(
  deps: CapabilityDeps,
  { input, vms }: Asked,
  context: CallContext,
): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  const name = `vm.${input.action}` as const;
  const prepare = prepareOf(deps, name);
  for (let at = 0; at < vms.length; at += TRIED_AT_A_TIME) {
    const part = vms.slice(at, at + TRIED_AT_A_TIME).map(async (vm) => {
      const asked = parseInput(name, inputOf(input, vm));
      const [refusal] = await tryWrite(name, asked, prepare, deps, context);
      return { vm, refusal };
    });
    tried.push(...(await Promise.all(part)));
    await context.turn?.next();
  }
  return tried;
}

function inputOf({ action, force }: Request, { id }: SelectedVm) {
  return action === 'stop' && force !== undefined ? { id, force } : { id };
}

function toItem({ vm, refusal }: Tried, outcome: 'planned' | 'started'): BulkVm {
  return {
    vm_id: vm.id,
    vm: vm.name,
    outcome: refusal === undefined ? outcome : 'refused',
    problem: refusal === undefined ? null : toProblemDocument(refusal),
  };
}

function explain(action: BulkAction, tried: readonly Tried[]): readonly string[] {
  const refused = tried.flatMap(({ vm, refusal }) =>
    refusal === undefined ? [] : [`${vm.name}: ${refusal.detail}`],
  );
  const accepted = tried.filter(({ refusal }) => refusal === undefined).map(({ vm }) => vm.name);
  const head = `${accepted.length} of ${tried.length} VMs can be ${DONE[action]}`;
  const names = accepted.length === 0 ? '' : `: ${listNames(accepted, NAMES_MAX)}`;
  const more = refused.length - REFUSALS_NAMED_MAX;
  return [
    `${head}${names}.`,
    ...(action === 'delete' ? ['Their root disks are lost; volumes are detached.'] : []),
    ...refused.slice(0, REFUSALS_NAMED_MAX),
    ...(more > 0 ? [`${more} more are refused.`] : []),
  ];
}

function allRefused(
  action: BulkAction,
  count: number,
  { vm, refusal }: { readonly vm: SelectedVm; readonly refusal: Problem },
): Problem {
  return problem('conflict', {
    detail: `None of the ${count} VMs can be ${DONE[action]}. ${vm.name}: ${refusal.detail}`,
    remedy: `${refusal.remedy} A dry run shows the reason for each VM.`,
  });
}

async function begin(
  { deps, executor }: BeginParts<CapabilityDeps>,
  asked: Asked,
  context: CallContext,
): Promise<Result<Tables['operations'], Problem>> {
  const operationId = deps.ids.next('op');
  const scope = { deps, context, operationId, nowMs: deps.clock.nowMs() };
  const prepared = prepareOperation(asked, context);
  // Policies decide the write of each VM, as they decide each VM of a batch.
  const write = { name: 'vm.bulk', prepared, scope, decision: undefined } as const;
  const { changes, answer } = commitOf(write, UNKEYED);
  const done = await commitChanges(deps, changes);
  if (!done.ok) return done;
  executor.start(answer.operation);
  return ok(answer.operation);
}

function prepareOperation({ input, vms }: Asked, context: CallContext): PreparedWrite {
  const { action } = input;
  const count = vms.length === 1 ? '1 VM' : `${vms.length} VMs`;
  return {
    resourceKind: 'fleet',
    target: { id: 'fleet', name: count },
    before: null,
    wanted: { action, vms: vms.map(({ name }) => name) },
    placement: null,
    saga: {
      reserve: [],
      steps: stepsOf({ input, vms }, context),
      finalize: [],
      // What has been done stays: it was wanted of each VM by itself.
      rollback: [],
      release: [],
    },
  };
}

function stepsOf({ input, vms }: Asked, context: CallContext): readonly OperationStepDefinition[] {
  const { id, name, role, tenantId } = context.principal;
  const by = { id, name, role, kind: actorKindOf(context), client: context.client };
  const names = vms.map((vm) => `${input.action} ${vm.name}`);
  const steps = vms.map((vm, at): OperationStepDefinition => {
    const action: BulkStepAction = {
      kind: 'write-vm',
      operation: `vm.${input.action}`,
      input: inputOf(input, vm),
      vmId: vm.id,
      tenantId,
      by,
    };
    const before = names[at - STEPS_AT_A_TIME];
    return {
      name: names[at] ?? vm.id,
      after: before === undefined ? [] : [before],
      action,
      undo: null,
      whenFailed: 'go-on',
      patience: { kind: 'time', durationMs: BUSY_MS_MAX },
    };
  });
  const report: OperationStepDefinition = {
    name: 'report',
    after: names.slice(-STEPS_AT_A_TIME),
    action: { kind: 'report-failures' },
    undo: null,
  };
  return [...steps, report];
}
