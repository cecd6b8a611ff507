/** Shows the workflows of a tenant, and their versions. */
import type {
  Workflow,
  WorkflowSummary,
  WorkflowVersion,
} from '@novacron/contract/automation/workflow';
import { listNames } from '@novacron/contract/formats/list-names';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Store } from '../../../ports/store.ts';
import type {
  WorkflowRow,
  WorkflowVersionRow,
} from '../../../ports/tables/automation/workflow-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listItems } from '../../kernel/lists/list-items.ts';
import { type ListInput, readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { ResourceDeps } from '../deps.ts';
import { readBundle, shownFiles } from './bundles.ts';
import { readSigners } from './check-signature.ts';
import { readTriggers, toSchedule } from './trigger-rows.ts';
import { currentVersion, toSummary, toVersion, toWorkflow } from './workflow-row.ts';

/** Versions that a problem names. */
const VERSIONS_NAMED_MAX = 5;

/** Finds a workflow of the tenant; another tenant's is not found. */
export async function findWorkflow(
  { store }: Pick<ResourceDeps, 'store'>,
  id: string,
  { principal }: Pick<CallContext, 'principal'>,
): Promise<Result<WorkflowRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'workflows', where, damaged: 'blank' });
  return row === undefined ? err(notFound('workflow', id)) : ok(row);
}

/** Every stored version of a workflow, oldest first. */
export function readVersions(
  store: Store,
  workflowId: string,
): Promise<readonly WorkflowVersionRow[]> {
  const where = { workflow_id: workflowId };
  return store.read({ from: 'workflow_versions', where, damaged: 'blank' });
}

/** Finds a version of a workflow, the current one by default. Problems: `not-found`. */
export async function findVersion(
  { store }: Pick<ResourceDeps, 'store'>,
  row: WorkflowRow,
  wanted: number = row.version,
): Promise<Result<WorkflowVersionRow, Problem>> {
  const versions = await readVersions(store, row.id);
  const found = versions.find(({ version }) => version === wanted);
  return found === undefined ? err(noVersion(row, versions, wanted)) : ok(found);
}

/** Shows a workflow. Problems: `not-found`. */
export async function getWorkflow(
  deps: ResourceDeps,
  id: string,
  context: CallContext,
): Promise<Result<Workflow, Problem>> {
  return showWorkflow(deps, { id }, context);
}

/** Shows a workflow, now or at an earlier version. Problems: `not-found`. */
export async function showWorkflow(
  deps: ResourceDeps,
  { id, at_version: version }: { readonly id: string; readonly at_version?: number | undefined },
  context: CallContext,
): Promise<Result<Workflow, Problem>> {
  const found = await findWorkflow(deps, id, context);
  if (!found.ok) return found;
  const starts = (await readTriggers(deps, id)).map(toSchedule);
  const wanted = version === undefined ? undefined : await findVersion(deps, found.value, version);
  if (wanted?.ok === false) return wanted;
  const shown = wanted?.value ?? currentVersion(found.value);
  const bundle = shownFiles(await readBundle(deps, shown));
  const signed_by = (await readSigners(deps, context.principal.tenantId))(shown);
  return ok(toWorkflow(found.value, shown, { starts, bundle, signed_by }));
}

/** Lists workflows without their texts. */
export async function listWorkflows(
  deps: ResourceDeps,
  input: ListInput,
  { principal }: CallContext,
): Promise<Result<Page<WorkflowSummary>, Problem>> {
  const source = {
    operation: 'workflow.list',
    from: 'workflows',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'wf',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toSummary)) : page;
}

/** Lists the versions of a workflow, oldest first. Problems: `not-found`. */
export async function listWorkflowVersions(
  deps: ResourceDeps,
  input: ParsedInputOf<'workflow.versions'>,
  context: CallContext,
): Promise<Result<Page<WorkflowVersion>, Problem>> {
  const found = await findWorkflow(deps, input.id, context);
  if (!found.ok) return found;
  const versions = await readVersions(deps.store, input.id);
  const signerOf = await readSigners(deps, context.principal.tenantId);
  const all = versions.map((row) => ({ id: row.id, ...toVersion(row, signerOf(row)) }));
  const nowMs = deps.clock.nowMs();
  const page = listItems({ operation: 'workflow.versions', input, nowMs }, all);
  return page.ok ? ok(mapPage(page.value, ({ id: _row, ...version }) => version)) : page;
}

function noVersion(
  { name }: WorkflowRow,
  versions: readonly WorkflowVersionRow[],
  wanted: number,
): Problem {
  const known = versions.map(({ version }) => String(version)).toReversed();
  return problem('not-found', {
    detail: `${name} has no version ${wanted}.`,
    remedy: `It has ${listNames(known, VERSIONS_NAMED_MAX)}: choose one of these.`,
    fields: [{ path: ['at_version'], message: 'is not a version of the workflow' }],
  });
}
