/**
 * Plans writes of GitOps applications. Each has the workflow that its fields make, which is written
 * in the same commit and which nothing else writes.
 */
import { GitopsSpec } from '@novacron/contract/gitops/application';
import { parseRepository } from '@novacron/contract/gitops/repository';
import { WorkflowId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { planSync } from '@novacron/engine/automation/gitops/plan-sync';
import { compileWindow } from '@novacron/engine/automation/orchestration/rules/compile-window';
import type { Change } from '../../../ports/store.ts';
import type { GitopsApplicationRow } from '../../../ports/tables/automation/gitops-application-row.ts';
import { refuseRunAs } from '../../access/identity/grant-roles.ts';
import { refuseCall } from '../../access/identity/may-call.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { replan, revisionMismatch } from '../../rows/resource-problems.ts';
import type { Prepare, WriteScope } from '../scope.ts';
import {
  planWorkflowCreate,
  planWorkflowDelete,
  planWorkflowUpdate,
} from '../workflow/prepare-workflow.ts';
import { findRunAs, type RunAsGrant } from '../workflow/run-as.ts';
import { fieldsOf, specOf, syncStateOf } from './application-row.ts';
import { findApplication } from './read-applications.ts';

/** Plans a new application. */
export const prepareApplicationCreate: Prepare<ParsedInputOf<'gitops_application.create'>> = async (
  { idempotency_key: _key, claim: _claim, ...asked },
  scope,
) => {
  const { deps, context, nowMs } = scope;
  const spec = GitopsSpec.parse(asked);
  const needed = await checkNeeds(scope, spec);
  const refused = [...refuseSpec(spec), ...needed.refused];
  if (refused.length > 0) return err(refused);
  const { tenantId: tenant_id, name: by } = context.principal;
  const where = { tenant_id, name: spec.name };
  const [holder] = await deps.store.read({ from: 'gitops_applications', where, damaged: 'blank' });
  if (holder !== undefined) return err([nameTaken(holder)]);
  const id = deps.ids.next('gapp');
  const text = planSync(id, spec);
  const workflow = await planWorkflowCreate({ text, enabled: true }, scope);
  if (!workflow.ok) return workflow;
  const row: GitopsApplicationRow = {
    id,
    tenant_id,
    name: spec.name,
    environment: spec.environment ?? null,
    workflow_id: workflow.value.target.id,
    spec_json: JSON.stringify(spec),
    synced_json: null,
    status_json: null,
    health_status: 'unknown',
    revision: 1,
    created_at_ms: nowMs,
    created_by: by,
    updated_at_ms: nowMs,
    updated_by: by,
  };
  const otherwise = replan(`The name ${spec.name}`);
  return ok(
    await together(scope, workflow.value, {
      row,
      before: undefined,
      after: spec,
      changes: [{ kind: 'insert', into: 'gitops_applications', row, otherwise }, ...needed.guards],
    }),
  );
};

type UpdateInput = ParsedInputOf<'gitops_application.update'>;

/** Plans a change of an application. */
export const prepareApplicationUpdate: Prepare<UpdateInput> = async (
  { id, if_revision, ...asked },
  scope,
) => {
  const current = await findToChange({ id, if_revision }, scope);
  if (!current.ok) return current;
  const row = current.value;
  const before = specOf(row);
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  const merged = Object.entries({ ...before, ...Object.fromEntries(given) });
  const spec = GitopsSpec.parse(Object.fromEntries(merged.filter(([, value]) => value !== null)));
  const needed = await checkNeeds(scope, spec);
  const refused = [...refuseSpec(spec), ...needed.refused];
  if (refused.length > 0) return err(refused);
  const text = planSync(row.id, spec);
  const workflow = await planWorkflowUpdate({ id: WorkflowId.parse(row.workflow_id), text }, scope);
  if (!workflow.ok) return workflow;
  const set = {
    environment: spec.environment ?? null,
    spec_json: JSON.stringify(spec),
    ...redirected(row, asked),
    revision: row.revision + 1,
    updated_at_ms: scope.nowMs,
    updated_by: scope.context.principal.name,
  };
  // A sync that records itself meanwhile has seen the earlier fields.
  const expect = { revision: row.revision, synced_json: row.synced_json };
  const otherwise = replan(`The application ${row.name}`);
  return ok(
    await together(scope, workflow.value, {
      row,
      before,
      after: spec,
      changes: [
        { kind: 'update', table: 'gitops_applications', id: row.id, set, expect, otherwise },
        ...needed.guards,
      ],
    }),
  );
};

/** Setting repository or revision, also to what they are, accepts the history that is there now. */
function redirected(
  row: GitopsApplicationRow,
  { repository, target_revision }: Pick<UpdateInput, 'repository' | 'target_revision'>,
): Partial<GitopsApplicationRow> {
  const state = syncStateOf(row);
  if (state === undefined || (repository === undefined && target_revision === undefined)) return {};
  return { synced_json: JSON.stringify({ ...state, is_redirected: true }) };
}

/** Plans the deletion of an application that does not sync. */
export const prepareApplicationDelete: Prepare<ParsedInputOf<'gitops_application.delete'>> = async (
  input,
  scope,
) => {
  const current = await findToChange(input, scope);
  if (!current.ok) return current;
  const row = current.value;
  const workflow = await planWorkflowDelete({ id: WorkflowId.parse(row.workflow_id) }, scope);
  if (!workflow.ok) return workflow;
  const expect = { revision: row.revision };
  const otherwise = replan(`The application ${row.name}`);
  return ok(
    await together(scope, workflow.value, {
      row,
      before: specOf(row),
      after: undefined,
      changes: [{ kind: 'delete', from: 'gitops_applications', id: row.id, expect, otherwise }],
    }),
  );
};

/** The write of a workflow and that of its application, in one commit. */
async function together(
  scope: WriteScope,
  workflow: PreparedWrite,
  of: {
    readonly row: GitopsApplicationRow;
    readonly before: GitopsSpec | undefined;
    readonly after: GitopsSpec | undefined;
    readonly changes: readonly Change[];
  },
): Promise<PreparedWrite> {
  const { row, before, after, changes } = of;
  const grant = after === undefined ? undefined : await grantTo(scope, row, after);
  const granted = workflow.saga.reserve.map((each) => withGrant(each, grant));
  const isGranted = granted.some((each, at) => each !== workflow.saga.reserve[at]);
  return {
    ...workflow,
    resourceKind: 'gitops_application',
    target: { id: row.id, name: row.name },
    before: before === undefined ? null : fieldsOf(before),
    wanted: after === undefined ? null : fieldsOf(after),
    // That the syncs run as a key only once an admin has authorized them is no news to that admin.
    notices: isGranted ? [] : (workflow.notices ?? []),
    saga: { ...workflow.saga, reserve: [...granted, ...changes] },
  };
}

/** The authorization of what an admin writes, who has every right of the key. */
async function grantTo(
  { deps, context, nowMs }: WriteScope,
  row: GitopsApplicationRow,
  { run_as }: GitopsSpec,
): Promise<Omit<RunAsGrant, 'digest'> | undefined> {
  const { principal } = context;
  if (refuseCall(principal, 'workflow.authorize') !== undefined) return undefined;
  const key = await findRunAs(deps, row, run_as);
  if (!key.ok) return undefined;
  if (refuseRunAs(principal, key.value, 'run_as') !== undefined) return undefined;
  return { keyId: key.value.id, by: principal.name, atMs: nowMs };
}

function withGrant(change: Change, grant: Omit<RunAsGrant, 'digest'> | undefined): Change {
  if (grant === undefined) return change;
  const isInsert = change.kind === 'insert' && change.into === 'workflows';
  if (isInsert) {
    const run_as_json = JSON.stringify({ ...grant, digest: change.row.digest });
    return { ...change, row: { ...change.row, run_as_json } };
  }
  if (change.kind !== 'update' || change.table !== 'workflows') return change;
  const { digest } = change.set;
  if (typeof digest !== 'string') return change;
  return { ...change, set: { ...change.set, run_as_json: JSON.stringify({ ...grant, digest }) } };
}

async function findToChange(
  { id, if_revision: expected }: { readonly id: string; readonly if_revision?: number | undefined },
  { deps, context }: WriteScope,
): Promise<Result<GitopsApplicationRow, readonly Problem[]>> {
  const found = await findApplication(deps, id, context);
  if (!found.ok) return err([found.error]);
  return expected === undefined || expected === found.value.revision
    ? found
    : err([revisionMismatch('gitops_application', found.value, expected)]);
}

/** Fields that contradict each other, or name what is not there. */
function refuseSpec(spec: GitopsSpec): readonly Problem[] {
  const lines: FieldFault[] = [];
  const { protocol } = parseRepository(spec.repository) ?? {};
  if (protocol === 'ssh' && spec.known_hosts === undefined) {
    lines.push(['known_hosts', 'is required for a repository over SSH']);
  }
  if (protocol === 'ssh' && spec.credential === undefined) {
    lines.push(['credential', 'is required for a repository over SSH: its private key']);
  }
  const { allowed_signers: signers, gpg_keys: gpgKeys } = spec;
  if (spec.require_signatures && signers === undefined && gpgKeys === undefined) {
    lines.push(['require_signatures', 'needs allowed_signers or gpg_keys: no key would count']);
  }
  if ((spec.webhook === undefined) !== (spec.webhook_secrets === undefined)) {
    lines.push(['webhook_secrets', 'belongs to webhook: set both, or neither']);
  }
  if (spec.credential !== undefined && Object.keys(spec.run_on ?? {}).length === 0) {
    lines.push(['run_on', 'is required with a credential, which is sent to labelled runners only']);
  }
  if (spec.self_heal && !spec.automatic) {
    lines.push(['self_heal', 'needs automatic']);
  }
  // Another one may be created in the same apply: a sync says where it has synced nothing.
  if (spec.promote_from === spec.name) lines.push(['promote_from', 'is the application itself']);
  lines.push(...faultsOfWindows(spec));
  return lines.length === 0 ? [] : [refusedFields(spec, lines)];
}

type FieldFault = readonly [field: string, message: string];

function refusedFields({ name }: GitopsSpec, lines: readonly FieldFault[]): Problem {
  return problem('validation-failed', {
    detail: `The application ${name} is not accepted: ${listOf(lines)}.`,
    remedy: 'Correct the fields; novacron gitops app create --help describes them.',
    fields: lines.map(([field, message]) => ({ path: [field], message })),
  });
}

function faultsOfWindows({ sync_windows: windows = [] }: GitopsSpec): FieldFault[] {
  return windows.flatMap(({ schedule, duration, timezone }, at): FieldFault[] => {
    const compiled = compileWindow({ schedule, duration, timezone: timezone ?? 'UTC' });
    if (compiled.ok) return [];
    const { field, message } = compiled.error;
    return [['sync_windows', `${at + 1}: ${field} ${message}`]];
  });
}

/**
 * Refuses an application that would wait for itself; one that is needed may come later.
 * @returns guards: what was read of the others is still so when this is written
 */
async function checkNeeds(
  { deps, context }: WriteScope,
  spec: GitopsSpec,
): Promise<{ readonly refused: readonly Problem[]; readonly guards: readonly Change[] }> {
  const { tenantId: tenant_id } = context.principal;
  const own = (spec.needs ?? []).map((name) => [name, [spec.name, name]] as const);
  const paths = new Map<string, readonly string[]>(own);
  let added = [...paths.keys()];
  const guards: Change[] = [];
  while (added.length > 0 && !paths.has(spec.name)) {
    const where = { tenant_id, name: { in: added } };
    const rows = await deps.store.read({ from: 'gitops_applications', where, damaged: 'blank' });
    const next = rows.flatMap((row) =>
      (specOf(row).needs ?? []).map(
        (name) => [name, [...(paths.get(row.name) ?? []), name]] as const,
      ),
    );
    guards.push(...rows.map(guardRevision));
    added = [];
    for (const [name, path] of next) {
      if (paths.has(name)) continue;
      paths.set(name, path);
      added.push(name);
    }
  }
  const circle = paths.get(spec.name);
  if (circle === undefined) return { refused: [], guards };
  const line = ['needs', `leads back to it: ${circle.join(', ')}`] as const;
  return { refused: [refusedFields(spec, [line])], guards };
}

function guardRevision({ id, name, revision }: GitopsApplicationRow): Change {
  const otherwise = replan(`The application ${name}`);
  const expect = { revision };
  return { kind: 'update', table: 'gitops_applications', id, set: {}, expect, otherwise };
}

function listOf(lines: readonly FieldFault[]): string {
  return lines.map((each) => each.join(' ')).join('; ');
}

function nameTaken({ id, name }: GitopsApplicationRow): Problem {
  return problem('name-taken', {
    detail: `A GitOps application named ${name} exists already (${id}).`,
    remedy: 'Choose another name, or change that one.',
    fields: [{ path: ['name'], message: `is the name of ${id}` }],
    data: { resource_id: id },
  });
}
