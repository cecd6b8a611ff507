/** Bundles of workflows: their playbooks with what these use, stored by digest beside the text. */
import { hash } from 'node:crypto';
import { BundleFile, bytesOf } from '@novacron/contract/automation/bundle';
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import type { Workflow } from '@novacron/contract/automation/workflow';
import { textOfBundle } from '@novacron/contract/automation/workflow-signing';
import { listNames } from '@novacron/contract/formats/list-names';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { listActions } from '@novacron/engine/automation/workflows/checks/list-actions';
import { z } from 'zod';
import type { Change } from '../../../ports/store.ts';
import type {
  WorkflowBundleRow,
  WorkflowRow,
} from '../../../ports/tables/automation/workflow-rows.ts';
import { damagedRow } from '../../rows/parse-stored.ts';
import type { ResourceDeps } from '../deps.ts';

type Deps = Pick<ResourceDeps, 'store'>;

const Files = z.array(BundleFile);

/** Files that a problem names. */
const FILES_NAMED_MAX = 5;

/** A bundle with its digest; the order of its files does not count. */
export interface StoredBundle {
  /** null where there are no files. */
  readonly digest: string | null;
  readonly files: readonly BundleFile[];
}

/** Makes the bundle of the files of a request. */
export function bundleOf(given: readonly BundleFile[]): StoredBundle {
  const files = given.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (files.length === 0) return { digest: null, files };
  return { digest: hash('sha256', textOfBundle(files), 'hex'), files };
}

/** Reads the bundle of a version. @throws damagedRow where it is not what NovaCron stored */
export async function readBundle(
  { store }: Deps,
  {
    workflow_id: workflowId,
    bundle: digest,
  }: Pick<WorkflowBundleRow, 'workflow_id'> & {
    readonly bundle: string | null;
  },
): Promise<StoredBundle | undefined> {
  if (digest === null) return { digest, files: [] };
  const id = bundleRowId(workflowId, digest);
  const [row] = await store.read({ from: 'workflow_bundles', where: { id } });
  if (row === undefined) return undefined;
  const files = Files.safeParse(JSON.parse(row.files_json));
  if (!files.success) throw damagedRow(id, 'it is not a list of files');
  return { digest, files: files.data };
}

/** Stores a bundle. One that another version has as well is there already. */
export function keepBundle(
  { id, tenant_id }: Pick<WorkflowRow, 'id' | 'tenant_id'>,
  { digest, files }: StoredBundle,
): readonly Change[] {
  if (digest === null) return [];
  const row: WorkflowBundleRow = {
    id: bundleRowId(id, digest),
    tenant_id,
    workflow_id: id,
    files_json: JSON.stringify(files),
  };
  return [{ kind: 'put', into: 'workflow_bundles', row }];
}

/** Drops bundles of a workflow that no version has any more. */
export async function dropBundles(
  { store }: Deps,
  workflowId: string,
  kept: readonly (string | null)[],
): Promise<readonly Change[]> {
  const where = { workflow_id: workflowId };
  const rows = await store.read({ from: 'workflow_bundles', where, damaged: 'blank' });
  const needed = new Set(kept.map((digest) => bundleRowId(workflowId, digest ?? '')));
  return rows
    .filter(({ id }) => !needed.has(id))
    .map(({ id }) => ({ kind: 'drop', from: 'workflow_bundles', id }));
}

/** The files as answers carry them: without their texts. */
export function shownFiles(bundle: StoredBundle | undefined): Workflow['bundle'] {
  return (bundle?.files ?? []).map((file) => ({ path: file.path, bytes: bytesOf([file]) }));
}

/** Refuses a definition whose playbooks or inventories are not in the bundle. */
export function refuseMissingFiles(
  definition: AutomationDefinition,
  { files }: StoredBundle,
): Problem | undefined {
  const paths = new Set(files.map(({ path }) => path));
  const named = listActions(definition).flatMap(({ action }) => [
    action.ansible,
    // An inventory may be a directory.
    action.inventory,
  ]);
  const missing = [...new Set(named)].filter(
    (path) => path !== undefined && !paths.has(path) && !isDirectory(path, files),
  );
  const [first] = missing;
  if (first === undefined) return undefined;
  const list = listNames(
    missing.flatMap((path) => path ?? []),
    FILES_NAMED_MAX,
  );
  return problem('validation-failed', {
    detail: `The bundle lacks ${list}, which steps of ${definition.name} run.`,
    remedy:
      'Send the definition with its files: novacron workflow push FILE takes those beside FILE.',
    fields: [{ path: ['files'], message: `must contain ${first}` }],
  });
}

function isDirectory(path: string, files: readonly BundleFile[]): boolean {
  const beginning = path.endsWith('/') ? path : `${path}/`;
  return files.some((file) => file.path.startsWith(beginning));
}

function bundleRowId(workflowId: string, digest: string): string {
  return `${workflowId}/${digest}`;
}
