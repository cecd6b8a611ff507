/** Rows of workflows as answers, as fields for records, and as versions. */
import { hash } from 'node:crypto';
import type {
  Workflow,
  WorkflowSummary,
  WorkflowVersion,
} from '@novacron/contract/automation/workflow';
import { TenantId, WorkflowId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import { listCalls } from '@novacron/engine/automation/workflows/checks/check-calls';
import type {
  CheckedDefinition,
  LocatedFinding,
} from '@novacron/engine/automation/workflows/model/automation';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import type {
  WorkflowRow,
  WorkflowVersionRow,
} from '../../../ports/tables/automation/workflow-rows.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import { damagedRow } from '../../rows/parse-stored.ts';
import { versionRowId } from '../../rows/policy-versions.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { toRunAs } from './run-as.ts';

/** Cache of recently parsed texts: parsing takes most of the time of a start. */
const READ = createLruCache<ReturnType<typeof readDefinition>>(100);

/** SHA-256 of a text and the digest of its bundle, hexadecimal; of the text where it has none. */
export function digestOf(text: string, bundle: string | null): string {
  return hash('sha256', bundle === null ? text : `${text}\0${bundle}`, 'hex');
}

/** A version without the person behind its author. */
export type ShownVersion = Omit<WorkflowVersionRow, 'created_by_person'>;

/** The current text of a workflow as a version, with the author of its last change. */
export function currentVersion(row: WorkflowRow): ShownVersion {
  return {
    id: versionRowId(row.id, row.version),
    tenant_id: row.tenant_id,
    workflow_id: row.id,
    version: row.version,
    text: row.text,
    digest: row.digest,
    bundle: row.bundle,
    created_at_ms: row.updated_at_ms,
    created_by: row.updated_by,
  };
}

/**
 * The definition of a stored text.
 * @throws damagedRow where the text is not what NovaCron stored
 */
export function definitionOf({
  id,
  text,
}: Pick<WorkflowVersionRow, 'id' | 'text'>): CheckedDefinition {
  const read = text === '' ? undefined : readText(text);
  if (read === undefined) throw damagedRow(id, 'its text cannot be decrypted');
  if (!read.ok) throw damagedRow(id, `its text is not accepted: ${read.error.map(lineOf)[0]}`);
  return read.value;
}

function readText(text: string): ReturnType<typeof readDefinition> {
  const key = hash('sha256', text, 'hex');
  const known = READ.get(key);
  if (known !== undefined) return known;
  const read = readDefinition(text);
  READ.set(key, read);
  return read;
}

/** A finding as a line for people. */
export function lineOf({ line, column, path, message }: LocatedFinding): string {
  return `line ${line}, column ${column}: ${[path.join('.'), message].filter(Boolean).join(' ')}`;
}

/**
 * A workflow as answers carry it.
 * @param version - the version whose text it has; the current one by default
 * @param beside - its schedules and triggers, and the bundle and the author of that version
 * @throws damagedRow
 */
export function toWorkflow(
  row: WorkflowRow,
  version: ShownVersion = currentVersion(row),
  beside: Partial<Pick<Workflow, 'starts' | 'bundle' | 'signed_by'>> = {},
): Workflow {
  const { definition, warnings } = definitionOf(version);
  const { title, description, type } = definition;
  return {
    ...toSummary(row),
    version: version.version,
    digest: version.digest,
    text: version.text,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(type === undefined ? {} : { type }),
    warnings: warnings.map(lineOf),
    starts: beside.starts ?? [],
    run_as: toRunAs(row, { digest: version.digest, runAs: definition.run_as }),
    signed_by: beside.signed_by ?? null,
    bundle: beside.bundle ?? [],
  };
}

/** A workflow as lists carry it. */
export function toSummary(row: WorkflowRow): WorkflowSummary {
  return {
    id: WorkflowId.parse(row.id),
    tenant_id: TenantId.parse(row.tenant_id),
    name: row.name,
    kind: row.kind,
    enabled: row.enabled === 1,
    version: row.version,
    digest: row.digest,
    revision: row.revision,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  };
}

/** A version as lists carry it. */
export function toVersion(row: WorkflowVersionRow, signed_by: string | null): WorkflowVersion {
  const { version, digest, created_by } = row;
  return { version, digest, signed_by, created_at: toTimestamp(row.created_at_ms), created_by };
}

/** The fields as policies and the audit log see them: the digest stands for the text. */
export function fieldsOf(
  { enabled, version, digest }: Pick<WorkflowRow, 'enabled' | 'version' | 'digest'>,
  { definition }: Pick<CheckedDefinition, 'definition'>,
): JsonObject {
  const { kind, run_as } = definition;
  const tasks = definition.steps.flatMap(({ task, compensate }) => [task, compensate?.task]);
  const named = new Set<string>(tasks.filter((each) => each !== undefined));
  if (listCalls(definition).length > 0) named.add('workflow.run');
  const fields = { kind, enabled: enabled === 1, version, digest, tasks: [...named].toSorted() };
  return run_as === undefined ? fields : { ...fields, run_as };
}
