/** Plans executions: a version is pinned, inputs are resolved, steps become those of a saga. */
import {
  type ActionKind,
  type AutomationDefinition,
  type AutomationStep,
  approvalMsOf,
  type Compensation,
  durationMsOf,
  FOR_EACH_MAX,
  PARALLEL_DEFAULT,
} from '@novacron/contract/automation/definition';
import { SIGNALS_MAX, signalMsOf } from '@novacron/contract/automation/signal';
import { formatDuration } from '@novacron/contract/formats/duration';
import { applicationOfWorkflow } from '@novacron/contract/gitops/application';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { isRunOperation } from '@novacron/contract/operations-table/step-operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { listCalls } from '@novacron/engine/automation/workflows/checks/check-calls';
import { kindsOf } from '@novacron/engine/automation/workflows/checks/list-actions';
import type { RunPlan } from '@novacron/engine/automation/workflows/model/automation';
import { planRun } from '@novacron/engine/automation/workflows/plan-run';
import type { RetryPolicy } from '@novacron/engine/sagas/model/workflow';
import {
  ATTEMPTS_MAX,
  BACKOFF_MS_BASE,
  BACKOFF_MS_MAX,
} from '@novacron/engine/sagas/rules/plan-retry';
import type {
  WorkflowRow,
  WorkflowVersionRow,
} from '../../../ports/tables/automation/workflow-rows.ts';
import { personOf } from '../../access/identity/person-of.ts';
import {
  actorKindOf,
  type CallContext,
  type Principal,
} from '../../kernel/context/call-context.ts';
import {
  type ExecutionPlan,
  OPERATION_DEADLINE_MS,
  type OperationStepDefinition,
} from '../../kernel/definitions/operation-definition.ts';
import { guardHolds } from '../../kernel/holds/find-hold.ts';
import type { ResourceDeps } from '../../resources/deps.ts';
import { egressHostsOf, refuseEgressHost } from '../../resources/egress-hosts.ts';
import { completeSyncInputs } from '../../resources/gitops-application/sync-inputs.ts';
import type { Prepare, WriteScope } from '../../resources/scope.ts';
import { authorOf } from '../../resources/workflow/author-of.ts';
import { checkSignatureOfRun } from '../../resources/workflow/check-signature.ts';
import {
  readCalled,
  refuseCalls,
  refuseDisabledCalls,
  refuseMissing,
} from '../../resources/workflow/read-called.ts';
import { findVersion, findWorkflow } from '../../resources/workflow/read-workflows.ts';
import { refuseDisabled } from '../../resources/workflow/refuse-disabled.ts';
import { refuseRole } from '../../resources/workflow/refuse-role.ts';
import { requesterOf } from '../../resources/workflow/requester-of.ts';
import { authorizedRunAs } from '../../resources/workflow/run-as.ts';
import { definitionOf, fieldsOf } from '../../resources/workflow/workflow-row.ts';
import { replan } from '../../rows/resource-problems.ts';
import { refuseCommands } from '../runners/refuse-commands.ts';
import { type ChosenSteps, chooseSteps } from './choose-steps.ts';
import { enterConcurrencyGroup } from './concurrency/enter-concurrency-group.ts';
import { refuseHeld } from './holds/refuse-held.ts';
import { targetOf } from './http-target.ts';
import { isManual } from './is-manual.ts';
import { COMMAND_MS_MAX } from './perform-command.ts';
import { HTTP_MS_MAX } from './perform-http.ts';
import { refuseNotifications } from './perform-notify.ts';
import { slaChanges } from './sla-rows.ts';
import { isRunTask } from './tasks/run-tasks.ts';
import { pinSecrets } from './use-secrets.ts';

/** Plans an execution. */
export const prepareWorkflowRun: Prepare<ParsedInputOf<'workflow.run'>> = async (input, scope) => {
  const { deps, context } = scope;
  const chosen = await chooseRun(input, scope);
  if (!chosen.ok) return chosen;
  const { row, version, definition, inputs, only, runAs } = chosen.value;
  const starter = context.principal;
  const secrets = await pinSecrets(deps, definition, row.tenant_id);
  const unsent = await refuseNotifications(deps, definition, row.tenant_id);
  const unrun = await refuseCommands(deps, definition, row.tenant_id);
  const planned = planRun(definition, { inputs, durationsMs: new Map() });
  const wrong = [
    // The caller can correct these at once, so they come before what others have to do.
    ...(planned.ok ? [] : [wrongInputs(row.name, planned.error)]),
    ...refuseSteps(definition, egressHostsOf(deps.settings.egressHosts, row.tenant_id)),
    ...refuseRole(definition, runAs ?? starter),
  ];
  wrong.push(...(await refuseWorkflows(deps, definition, row.tenant_id)));
  if (!secrets.ok) wrong.push(refusedRun(definition.name, secrets.error));
  if (unrun.length > 0) wrong.push(withoutRunner(definition.name, unrun));
  if (unsent.length > 0) wrong.push(refusedChannels(definition.name, unsent));
  if (wrong.length > 0 || !planned.ok || !secrets.ok) return err(wrong);
  const entry = await enterConcurrencyGroup(definition, planned.value.inputs, scope);
  if (!entry.ok) return err([entry.error]);
  const { reserve: places, queuedFor, ...grouped } = entry.value;
  const execution: ExecutionPlan = {
    workflowId: row.id,
    kind: row.kind,
    version: version.version,
    digest: version.digest,
    ...(version.bundle === null ? {} : { bundle: version.bundle }),
    inputs: planned.value.inputs,
    ...(runAs === undefined
      ? { by: requesterOf(context) }
      : { by: actorOf(runAs, context), onBehalfOf: starter.name }),
    excluded: await authorsOf(deps, version, [starter, runAs]),
    ...grouped,
    ...(secrets.value.length === 0 ? {} : { secrets: secrets.value }),
    ...(only === undefined ? {} : { only }),
    ...(definition.sla === undefined ? {} : { sla: definition.sla }),
  };
  return ok({
    resourceKind: 'workflow',
    target: { id: row.id, name: row.name },
    before: null,
    wanted: {
      ...fieldsOf({ ...row, ...version }, { definition }),
      ...(only === undefined ? {} : { only_step: only.step }),
    },
    placement: null,
    notices: [],
    execution,
    ...(queuedFor === undefined ? {} : { queuedFor }),
    limitMs: limitOf(definition, timesOf(planned.value)),
    saga: {
      reserve: [
        ...guardHolds(row.tenant_id, scope.nowMs),
        {
          kind: 'update',
          table: 'workflows',
          id: row.id,
          set: {},
          expect: { revision: row.revision },
          otherwise: replan(`The workflow ${row.name}`),
        },
        ...slaChanges(definition, scope, row.tenant_id),
        ...places,
      ],
      steps: definition.steps.map(toStep),
      finalize: [],
      rollback: [],
      release: [],
      // A retry goes on from a step and has the outputs of those before it. A sync is started again
      // instead: windows, fields and commits may have changed since it was admitted.
      reacquire: [],
      retryFrom:
        applicationOfWorkflow(row.name) === undefined ? definition.steps.map(({ id }) => id) : [],
    },
  });
};

/** Selected steps of a run, and the principal that they act as. */
type ChosenRun = ChosenSteps & {
  readonly row: WorkflowRow;
  readonly version: WorkflowVersionRow;
  /** Absent where steps act as the starter. */
  readonly runAs: Principal | undefined;
};

/** Finds the text that is run, if it may be: enabled, not held, signed and authorized as needed. */
async function chooseRun(
  asked: ParsedInputOf<'workflow.run'>,
  { deps, context }: WriteScope,
): Promise<Result<ChosenRun, readonly Problem[]>> {
  const found = await findWorkflow(deps, asked.id, context);
  if (!found.ok) return err([found.error]);
  const row = found.value;
  const own = await completeSyncInputs(deps, row, asked.inputs);
  if (!own.ok) return err([own.error]);
  const input = { ...asked, inputs: { ...asked.inputs, ...own.value } };
  if (row.enabled !== 1) return err([refuseDisabled(row)]);
  const held = await refuseHeld(deps, { workflow: row.name, tenantId: row.tenant_id });
  if (held !== undefined) return err([held]);
  const stored = await findVersion(deps, row, input.at_version);
  if (!stored.ok) return err([stored.error]);
  const version = stored.value;
  const { definition } = definitionOf(version);
  const { text, bundle, digest } = version;
  const signed = { name: row.name, text, bundle };
  const trusted = await checkSignatureOfRun(deps, row.tenant_id, signed);
  if (!trusted.ok) return err([trusted.error]);
  const starter = context.principal;
  const runAs = await authorizedRunAs(deps, row, { runAs: definition.run_as, digest, starter });
  if (!runAs.ok) return err([runAs.error]);
  const chosen = await chooseSteps(deps, input, { definition, row, version, context });
  if (!chosen.ok) return chosen;
  if (chosen.value.only !== undefined && runAs.value !== undefined) {
    return err([onlyWhole(row.name, runAs.value)]);
  }
  return ok({ ...chosen.value, row, version, runAs: runAs.value });
}

/** An admin has authorized the steps in their order: one alone may lack a check before it. */
function onlyWhole(name: string, { name: runAs }: Principal): Problem {
  const why = `its steps act as ${runAs}, which is authorized for whole runs`;
  return problem('validation-failed', {
    detail: `A run of one step of ${name} is refused: ${why}.`,
    remedy: `Run the whole workflow, or run the step with the API key ${runAs}.`,
    fields: [{ path: ['only_step'], message: why }],
  });
}

/** The key that steps act as: what the starter came with, such as a session, ends nothing. */
function actorOf({ id, name, role }: Principal, context: CallContext): ExecutionPlan['by'] {
  return { id, name, role, kind: actorKindOf(context), client: context.client };
}

/**
 * Returns the starter and the author of a run, and the principal that its steps act as: they cannot
 * approve its steps.
 */
async function authorsOf(
  deps: ResourceDeps,
  version: WorkflowVersionRow,
  principals: readonly (Principal | undefined)[],
): Promise<readonly string[]> {
  const known = principals.filter((each) => each !== undefined);
  const persons = await Promise.all(known.map((each) => personOf(deps, each)));
  return [...new Set([...persons, await authorOf(deps, version)])];
}

const WHEN_FAILED = { take_back: 'take-back', go_on: 'go-on', stop: 'stop' } as const;

function toStep(step: AutomationStep): OperationStepDefinition {
  const { id, needs, compensate, on_failure, for_each, max_parallel } = step;
  const action = { kind: 'automation', step, part: 'action' } as const;
  // An execution of another workflow is taken back by what its own steps say.
  const isLeft =
    step.finally === 'yes' || (compensate === undefined && step.workflow === undefined);
  const undo = isLeft ? null : ({ kind: 'automation', step, part: 'compensation' } as const);
  const parallelMax = max_parallel ?? PARALLEL_DEFAULT;
  return {
    name: id,
    after: needs,
    ...(for_each === undefined
      ? { action, undo }
      : {
          action: { ...action, part: 'items' },
          undo: null,
          forEach: { action, undo, parallelMax },
        }),
    whenFailed: WHEN_FAILED[on_failure],
    ...(step.finally === undefined ? {} : { finally: step.finally }),
    patience: patienceOf(step),
  };
}

function patienceOf({ retry }: AutomationStep): RetryPolicy {
  const attemptsMax = retry?.max_attempts ?? ATTEMPTS_MAX;
  if (retry === undefined) return { kind: 'attempts', attemptsMax };
  const { backoff: growth = 'exponential', delay, max_delay } = retry;
  const delayMs = delay === undefined ? BACKOFF_MS_BASE : durationMsOf(delay);
  const delayMsMax =
    max_delay === undefined ? Math.max(delayMs, BACKOFF_MS_MAX) : durationMsOf(max_delay);
  return { kind: 'attempts', attemptsMax, backoff: { growth, delayMs, delayMsMax } };
}

/** Returns the maximum number of repetitions of each step. */
function timesOf({ steps }: RunPlan): ReadonlyMap<string, number> {
  return new Map(steps.map(({ id, times = FOR_EACH_MAX }) => [id, times]));
}

/** Waits are on top of the time that operations have. Unit: milliseconds. */
function limitOf(
  { deadline, steps }: AutomationDefinition,
  times: ReadonlyMap<string, number>,
): number {
  if (deadline !== undefined) return durationMsOf(deadline);
  const waits = steps.map((step) => {
    if (step.finally === 'yes') return 0;
    if (step.approval !== undefined || isManual(step)) return approvalMsOf(step);
    if (step.wait?.signal !== undefined) return signalMsOf(step);
    if (step.wait?.duration === undefined) return 0;
    const rounds = Math.ceil((times.get(step.id) ?? 1) / (step.max_parallel ?? PARALLEL_DEFAULT));
    return rounds * durationMsOf(step.wait.duration);
  });
  return waits.reduce((sum, waitMs) => sum + waitMs, OPERATION_DEADLINE_MS);
}

/** Kinds of steps that executions carry out. */
const RUN_KINDS: readonly ActionKind[] = [
  'task',
  'command',
  'ansible',
  'http',
  'approval',
  'notify',
  'workflow',
  'wait',
];

/** Steps that executions do not carry out: found before anything is done. */
function refuseSteps(
  definition: AutomationDefinition,
  hosts: readonly string[],
): readonly Problem[] {
  const lines = definition.steps.flatMap((step) => {
    const why = whyNotRun(step, hosts);
    return why === undefined ? [] : [`step ${step.id} ${why}`];
  });
  const signals = new Set(definition.steps.flatMap(({ wait }) => wait?.signal ?? []));
  if (signals.size > SIGNALS_MAX) {
    lines.push(
      `its steps wait for ${signals.size} signals, but at most ${SIGNALS_MAX} are allowed`,
    );
  }
  if (lines.length === 0) return [];
  return [
    problem('validation-failed', {
      detail: `This server cannot run ${definition.name}: ${lines.join('; ')}.`,
      remedy:
        'Supported steps are reads, tasks on single resources, commands, playbooks, requests to ' +
        'hosts allowed by the operator, approvals, notifications, manual steps, other ' +
        'workflows, and waits for a duration or a signal. Remove the unsupported steps, or do ' +
        'them outside of NovaCron.',
      fields: lines.map((message) => ({ path: ['id'], message })),
    }),
  ];
}

/** Longest timeouts. Unit: ms. */
const LIMITS_MS: Partial<Record<ActionKind, number>> = {
  command: COMMAND_MS_MAX,
  ansible: COMMAND_MS_MAX,
  http: HTTP_MS_MAX,
  notify: HTTP_MS_MAX,
};

function whyNotRun(step: AutomationStep, hosts: readonly string[]): string | undefined {
  const [kind] = kindsOf(step);
  if (kind === 'approval' && step.for_each !== undefined)
    return 'requests an approval for each item';
  if (isManual(step) && step.for_each !== undefined) return 'is a manual step for each item';
  if (step.wait?.signal !== undefined && step.for_each !== undefined) {
    return 'waits for a signal for each item';
  }
  if (kind === undefined || !RUN_KINDS.includes(kind)) return `is of the kind ${kind}`;
  if (kind === 'task' && !isRunOperation(step.task ?? '')) return `calls ${step.task}`;
  const limitMs = step.timeout === undefined ? 0 : durationMsOf(step.timeout);
  const limitMsMax = LIMITS_MS[kind] ?? Number.POSITIVE_INFINITY;
  if (limitMs > limitMsMax) return `has a timeout of more than ${formatDuration(limitMsMax)}`;
  if (kind === 'http') {
    const refused = refuseTarget(step, hosts);
    if (refused !== undefined) return refused;
  }
  const { compensate } = step;
  if (compensate === undefined) return undefined;
  const [undo] = kindsOf(compensate);
  if (undo === 'http') {
    const refused = refuseTarget(compensate, hosts);
    return refused === undefined ? undefined : `is compensated by a request that ${refused}`;
  }
  if (undo === 'command' || undo === 'ansible' || undo === 'workflow') return undefined;
  if (undo !== 'task') return `is compensated by a step of kind ${undo}`;
  return isRunTask(compensate.task) ? undefined : `is compensated by ${compensate.task}`;
}

function refuseTarget(
  action: AutomationStep | Compensation,
  hosts: readonly string[],
): string | undefined {
  const target = targetOf(action);
  return target === undefined
    ? 'has an address without a valid host'
    : refuseEgressHost(target.host, hosts);
}

function refusedRun(name: string, lines: readonly string[]): Problem {
  return problem('validation-failed', {
    detail: `A run of ${name} is refused: ${lines.join('; ')}.`,
    remedy:
      'Ask an admin to create the secret, or to allow this destination: novacron secret update ' +
      'NAME --allow-workflow WORKFLOW --allow-host HOST, or --allow-runner-label NAME=VALUE for ' +
      'a command. If the version was erased, store a new one.',
    fields: lines.map((message) => ({ path: ['id'], message })),
  });
}

/** Workflows that steps start: looked for again when the step begins. */
async function refuseWorkflows(
  deps: ResourceDeps,
  definition: AutomationDefinition,
  tenantId: string,
): Promise<readonly Problem[]> {
  if (listCalls(definition).length === 0) return [];
  const called = await readCalled(deps, tenantId, definition);
  const { name } = definition;
  return [
    refuseMissing(name, called),
    refuseDisabledCalls(name, called),
    refuseCalls(name, called),
  ].filter((each) => each !== undefined);
}

function withoutRunner(name: string, lines: readonly string[]): Problem {
  return problem('validation-failed', {
    detail: `A run of ${name} is refused: ${lines.join('; ')}.`,
    remedy:
      'List the runners (novacron workflow runner list), and correct run_on, or ask an admin of ' +
      'the platform for a runner of this tenant: novacron admin enrollment create --runner NAME.',
    fields: lines.map((message) => ({ path: ['id'], message })),
  });
}

function refusedChannels(name: string, lines: readonly string[]): Problem {
  return problem('validation-failed', {
    detail: `A run of ${name} is refused: ${lines.join('; ')}.`,
    remedy:
      'List the channels (novacron notification-channel list) and correct the name, or ask an ' +
      'admin to correct the channel.',
    fields: lines.map((message) => ({ path: ['id'], message })),
  });
}

function wrongInputs(
  name: string,
  faults: readonly { readonly path: string; readonly message: string }[],
): Problem {
  const lines = faults.map(({ path, message }) => `${path} ${message}`);
  return problem('validation-failed', {
    detail: `A run of ${name} is refused: ${lines.join('; ')}.`,
    remedy: 'Correct the inputs; novacron workflow show prints the definition.',
    fields: faults.map(({ path, message }) => ({ path: path.split('.'), message })),
  });
}
