/** Plans writes of workflows: a text is checked before it is stored. */
import { WORKFLOWS_MAX } from '@novacron/contract/automation/workflow';
import {
  applicationOfWorkflow,
  GITOPS_WORKFLOW_PREFIX,
} from '@novacron/contract/gitops/application';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { listCalls } from '@novacron/engine/automation/workflows/checks/check-calls';
import type { CheckedDefinition } from '@novacron/engine/automation/workflows/model/automation';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import type { Change } from '../../../ports/store.ts';
import type {
  WorkflowRow,
  WorkflowVersionRow,
} from '../../../ports/tables/automation/workflow-rows.ts';
import { personOf } from '../../access/identity/person-of.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { replan, revisionMismatch } from '../../rows/resource-problems.ts';
import type { Prepare, WriteScope } from '../scope.ts';
import {
  bundleOf,
  dropBundles,
  keepBundle,
  readBundle,
  refuseMissingFiles,
  type StoredBundle,
} from './bundles.ts';
import { checkSignature } from './check-signature.ts';
import { missingLine, readCalled, refuseCalls } from './read-called.ts';
import { findVersion, findWorkflow, readVersions } from './read-workflows.ts';
import { refuseAuthor } from './refuse-role.ts';
import { authorizeCommand } from './run-as.ts';
import { dropTriggers, planTriggerRows, readTriggers } from './trigger-rows.ts';
import { currentVersion, definitionOf, digestOf, fieldsOf, lineOf } from './workflow-row.ts';

/** Older versions are in the users' Git; an execution has its own copy. */
const VERSIONS_KEPT_MAX = 100;

/** Statuses of operations that have not ended. */
const UNENDED = ['running', 'undoing'] as const;

/** Plans a new workflow of a person. */
export const prepareWorkflowCreate: Prepare<ParsedInputOf<'workflow.create'>> = async (
  input,
  scope,
) => {
  const planned = await planWorkflowCreate(input, scope);
  if (!planned.ok) return planned;
  const { name } = planned.value.target;
  return isComposed(name) ? err([composed(name, 'create')]) : planned;
};

/** Plans a new workflow, also one that NovaCron composes. */
export async function planWorkflowCreate(
  {
    text,
    files = [],
    enabled,
  }: Pick<ParsedInputOf<'workflow.create'>, 'text' | 'files' | 'enabled'>,
  scope: WriteScope,
): ReturnType<Prepare<unknown>> {
  const bundle = bundleOf(files);
  const checked = check(text, bundle);
  if (!checked.ok) return checked;
  const { name, kind } = checked.value.definition;
  const { deps, context, nowMs } = scope;
  const { tenantId, name: by } = context.principal;
  const { holders, count } = await readOthers(scope, name);
  const [holder] = holders;
  if (holder !== undefined) return err([nameTaken(holder)]);
  if (count >= WORKFLOWS_MAX) return err([tooMany()]);
  const refused = await refuseText(scope, checked.value.definition, { text, bundle });
  if (refused.length > 0) return err(refused);
  const calls = await checkCalled(scope, checked.value);
  if (!calls.ok) return calls;
  const row: WorkflowRow = {
    id: deps.ids.next('wf'),
    tenant_id: tenantId,
    name,
    kind,
    enabled: Number(enabled),
    version: 1,
    text,
    digest: digestOf(text, bundle.digest),
    bundle: bundle.digest,
    run_as_json: null,
    revision: 1,
    created_at_ms: nowMs,
    created_by: by,
    updated_at_ms: nowMs,
    updated_by: by,
  };
  return ok({
    resourceKind: 'workflow',
    target: { id: row.id, name },
    before: null,
    wanted: fieldsOf(row, checked.value),
    placement: null,
    notices: [...noticesOf(checked.value, row), ...calls.value],
    saga: reserveOnly([
      { kind: 'insert', into: 'workflows', row, otherwise: replan(`The name ${name}`) },
      ...(await keepVersion(scope, [], row)),
      ...keepBundle(row, bundle),
      ...(await planTriggerRows(scope, row, checked.value.definition, [])),
    ]),
  });
}

/** Plans a change of a workflow of a person. One that NovaCron composes is only switched. */
export const prepareWorkflowUpdate: Prepare<ParsedInputOf<'workflow.update'>> = async (
  input,
  scope,
) => {
  const planned = await planWorkflowUpdate(input, scope);
  if (!planned.ok || (input.text === undefined && input.files === undefined)) return planned;
  const { name } = planned.value.target;
  return isComposed(name) ? err([composed(name, 'update')]) : planned;
};

/** Plans a change of a workflow; the same text changes nothing, and is enabled as it was. */
export async function planWorkflowUpdate(
  { files, ...input }: ParsedInputOf<'workflow.update'>,
  scope: WriteScope,
): ReturnType<Prepare<unknown>> {
  const current = await findToChange(input, scope);
  if (!current.ok) return current;
  const row = current.value;
  const { text = row.text, enabled = row.enabled === 1 } = input;
  if (text === '') return err([damagedVersion(row, ['id'])]);
  const before = { workflow_id: row.id, bundle: row.bundle };
  const kept = files === undefined ? await readBundle(scope.deps, before) : undefined;
  const bundle = kept ?? bundleOf(files ?? []);
  const checked = check(text, bundle);
  if (!checked.ok) return checked;
  const { definition } = checked.value;
  for (const key of ['name', 'kind'] as const) {
    if (definition[key] !== row[key]) return err([isAnother(key, row, definition[key])]);
  }
  const isSameText = text === row.text && bundle.digest === row.bundle;
  const refused = isSameText ? [] : await refuseText(scope, definition, { text, bundle });
  if (refused.length > 0) return err(refused);
  const isSame = isSameText && Number(enabled) === row.enabled;
  const calls = await checkCalled(scope, checked.value);
  if (!calls.ok) return calls;
  const after: WorkflowRow = isSame
    ? row
    : {
        ...row,
        text,
        digest: digestOf(text, bundle.digest),
        bundle: bundle.digest,
        // Also where an earlier text comes back: someone has to read it in its new place.
        run_as_json: isSameText ? row.run_as_json : null,
        version: isSameText ? row.version : row.version + 1,
        enabled: Number(enabled),
        revision: row.revision + 1,
        updated_at_ms: scope.nowMs,
        updated_by: scope.context.principal.name,
      };
  const { id, ...set } = after;
  const expect = { revision: row.revision };
  const otherwise = replan(`The workflow ${row.name}`);
  const versions = await readVersions(scope.deps.store, id);
  const triggers = await readTriggers(scope.deps, id);
  // The same text turns on what was turned off.
  const { schedules = [], triggers: asked = [] } = definition;
  const isLess = triggers.length < schedules.length + asked.length;
  const isOn = !isLess && triggers.every(({ state }) => state === 'on' || !enabled);
  const starts = isSame && isOn ? [] : await planTriggerRows(scope, after, definition, triggers);
  return ok({
    resourceKind: 'workflow',
    target: { id, name: row.name },
    before: beforeOf(row),
    wanted: fieldsOf(after, checked.value),
    placement: null,
    notices: [...noticesOf(checked.value, after), ...calls.value],
    saga: reserveOnly([
      { kind: 'update', table: 'workflows', id, set: isSame ? expect : set, expect, otherwise },
      ...(isSameText ? [] : await keepVersion(scope, versions, after)),
      ...(isSameText ? [] : keepBundle(after, bundle)),
      ...starts,
    ]),
  });
}

/** Plans an earlier text with its bundle as the next version, as an update with both. */
export const prepareWorkflowRollback: Prepare<ParsedInputOf<'workflow.rollback'>> = async (
  { to_version: wanted, ...input },
  scope,
) => {
  const current = await findToChange(input, scope);
  if (!current.ok) return current;
  const earlier = await findVersion(scope.deps, current.value, wanted);
  if (!earlier.ok) return err([earlier.error]);
  const { text, workflow_id, bundle } = earlier.value;
  const stored = await readBundle(scope.deps, { workflow_id, bundle });
  if (text === '' || stored === undefined) {
    return err([damagedVersion({ ...current.value, version: wanted }, ['to_version'])]);
  }
  return prepareWorkflowUpdate({ ...input, text, files: [...stored.files] }, scope);
};

/** Refuses a new text that its author may not store, or that is not signed as the tenant asks. */
async function refuseText(
  { deps, context: { principal } }: WriteScope,
  definition: CheckedDefinition['definition'],
  { text, bundle }: { readonly text: string; readonly bundle: Pick<StoredBundle, 'digest'> },
): Promise<readonly Problem[]> {
  const forbidden = refuseAuthor(definition, principal);
  if (forbidden.length > 0) return forbidden;
  const { name } = definition;
  const signed = await checkSignature(deps, principal.tenantId, {
    name,
    text,
    bundle: bundle.digest,
  });
  return signed.ok ? [] : [signed.error];
}

function damagedVersion(
  { name, version }: Pick<WorkflowRow, 'name' | 'version'>,
  path: readonly string[],
): Problem {
  return problem('validation-failed', {
    detail: `Version ${version} of ${name} is damaged in the store.`,
    remedy: 'Restore another version, or store the text again: novacron workflow push FILE.',
    fields: [{ path: [...path], message: 'is damaged in the store' }],
  });
}

/** Plans the deletion of a workflow of a person. */
export const prepareWorkflowDelete: Prepare<ParsedInputOf<'workflow.delete'>> = async (
  input,
  scope,
) => {
  const planned = await planWorkflowDelete(input, scope);
  if (!planned.ok) return planned;
  const { name } = planned.value.target;
  return isComposed(name) ? err([composed(name, 'delete')]) : planned;
};

function isComposed(name: string): boolean {
  return applicationOfWorkflow(name) !== undefined;
}

function composed(name: string, verb: 'create' | 'update' | 'delete'): Problem {
  const application = applicationOfWorkflow(name) ?? name;
  return problem('validation-failed', {
    detail: `Workflows named ${GITOPS_WORKFLOW_PREFIX}… are composed for GitOps applications.`,
    remedy:
      verb === 'create'
        ? 'Give the workflow another name.'
        : `Change the application instead: novacron gitops app ${verb} ${application}`,
    fields: [{ path: [verb === 'delete' ? 'id' : 'text'], message: 'belongs to an application' }],
  });
}

/** Plans the deletion of a workflow that does not run. */
export async function planWorkflowDelete(
  input: ParsedInputOf<'workflow.delete'>,
  scope: WriteScope,
): ReturnType<Prepare<unknown>> {
  const current = await findToChange(input, scope);
  if (!current.ok) return current;
  const row = current.value;
  const { id, name } = row;
  const running = { target_id: id, status: { in: UNENDED } };
  const { store } = scope.deps;
  const [operation] = await store.read({ from: 'operations', where: running, damaged: 'blank' });
  if (operation !== undefined) return err([isRunning(name, operation.id)]);
  const expect = { revision: row.revision };
  const otherwise = replan(`The workflow ${name}`);
  const versions = await readVersions(store, id);
  return ok({
    resourceKind: 'workflow',
    target: { id, name },
    before: beforeOf(row),
    wanted: null,
    placement: null,
    saga: reserveOnly([
      { kind: 'delete', from: 'workflows', id, expect, otherwise },
      { kind: 'require-none', of: 'operations', where: running, otherwise },
      ...versions.map((version) => drop(version)),
      ...(await dropBundles(scope.deps, id, [])),
      ...dropTriggers(await readTriggers(scope.deps, id)),
    ]),
  });
}

async function findToChange(
  { id, if_revision: expected }: { readonly id: string; readonly if_revision?: number | undefined },
  { deps, context }: WriteScope,
): Promise<Result<WorkflowRow, readonly Problem[]>> {
  const found = await findWorkflow(deps, id, context);
  if (!found.ok) return err([found.error]);
  const row = found.value;
  return expected === undefined || expected === row.revision
    ? ok(row)
    : err([revisionMismatch('workflow', row, expected)]);
}

/** Returns notices about an accepted text. */
function noticesOf({ warnings, definition }: CheckedDefinition, row: WorkflowRow) {
  const { run_as: runAs } = definition;
  const lines = warnings.map(lineOf);
  if (runAs === undefined || row.run_as_json !== null) return lines;
  const command = authorizeCommand(row.name, row.digest);
  return [...lines, `It runs as ${runAs} once an admin has authorized this text: ${command}.`];
}

/** @returns notices. Problems: it leads back to itself, or too far, by what is stored now */
async function checkCalled(
  { deps, context }: WriteScope,
  { definition }: CheckedDefinition,
): Promise<Result<readonly string[], readonly Problem[]>> {
  if (listCalls(definition).length === 0) return ok([]);
  const called = await readCalled(deps, context.principal.tenantId, definition);
  const refused = refuseCalls(definition.name, called);
  if (refused !== undefined) return err([refused]);
  const missing = missingLine(called);
  return ok(missing === undefined ? [] : [`A run is refused until it is stored: ${missing}.`]);
}

/** A damaged text is replaced like any other: what it said is not known. */
function beforeOf(row: WorkflowRow) {
  const { kind, version, digest } = row;
  const known = { kind, enabled: row.enabled === 1, version, digest };
  return row.text === '' ? known : fieldsOf(row, definitionOf(row));
}

async function readOthers({ deps, context }: WriteScope, name: string) {
  const { tenantId: tenant_id } = context.principal;
  const holders = await deps.store.read({
    from: 'workflows',
    where: { tenant_id, name },
    damaged: 'blank',
  });
  const limit = WORKFLOWS_MAX;
  const count = await deps.store.count({ from: 'workflows', where: { tenant_id }, limit });
  return { holders, count };
}

/** The version of a row, without the oldest ones that are more than are kept. */
async function keepVersion(
  { deps, context }: WriteScope,
  kept: readonly WorkflowVersionRow[],
  row: WorkflowRow,
): Promise<readonly Change[]> {
  const created_by_person = await personOf(deps, context.principal);
  const version = { ...currentVersion(row), created_by_person };
  const old = kept.slice(0, Math.max(0, kept.length + 1 - VERSIONS_KEPT_MAX));
  const left = [...kept.slice(old.length), row].map(({ bundle }) => bundle);
  return [
    ...old.map((each) => drop(each)),
    ...(old.length === 0 ? [] : await dropBundles(deps, row.id, left)),
    { kind: 'put', into: 'workflow_versions', row: version },
  ];
}

function drop({ id }: WorkflowVersionRow): Change {
  return { kind: 'drop', from: 'workflow_versions', id };
}

function check(text: string, bundle: StoredBundle): Result<CheckedDefinition, readonly Problem[]> {
  const read = readDefinition(text);
  if (read.ok) {
    const missing = refuseMissingFiles(read.value.definition, bundle);
    return missing === undefined ? read : err([missing]);
  }
  const lines = read.error.filter(({ severity }) => severity === 'error').map(lineOf);
  return err([
    problem('validation-failed', {
      detail: `The definition is not accepted. ${lines[0]}.`,
      remedy: 'Correct the text; novacron workflow validate FILE checks it without a server.',
      fields: lines.map((message) => ({ path: ['text'], message })),
    }),
  ]);
}

function nameTaken({ id, name, kind }: WorkflowRow): Problem {
  return problem('name-taken', {
    detail: `A ${kind} named ${name} exists already (${id}).`,
    remedy: 'Give the text another name, or change that one.',
    fields: [{ path: ['text'], message: `has the name of the ${kind} ${id}` }],
    data: { resource_id: id },
  });
}

function tooMany(): Problem {
  return problem('quota-exceeded', {
    detail: `The tenant has ${WORKFLOWS_MAX} workflows and runbooks, the most that one may have.`,
    remedy: 'Delete those that are not needed.',
  });
}

function isAnother(key: 'name' | 'kind', row: WorkflowRow, given: string): Problem {
  return problem('validation-failed', {
    detail: `The text has the ${key} ${given}; that of ${row.id} is ${row[key]} and stays.`,
    remedy: `Keep the ${key}, or store the text as a new one.`,
    fields: [{ path: ['text'], message: `has another ${key}: ${given}` }],
  });
}

function isRunning(name: string, operationId: string): Problem {
  return problem('in-use', {
    detail: `${name} runs: ${operationId}.`,
    remedy: `Wait for its end, or cancel it: novacron operation cancel ${operationId}.`,
    data: { operation_id: operationId },
  });
}
