/** Rows of GitOps applications as answers, and as fields for policies and records. */
import { WEBHOOKS_PATH } from '@novacron/contract/automation/workflow';
import {
  GitopsApplication,
  type GitopsHealth,
  GitopsSpec,
  SYNC_HISTORY_MAX,
  SYNC_WEBHOOK,
  type SyncRecord,
  type SyncResult,
  type SyncStatus,
} from '@novacron/contract/gitops/application';
import { OperationId } from '@novacron/contract/ids';
import { isRecord, type JsonObject } from '@novacron/contract/json';
import type { GitopsApplicationRow } from '../../../ports/tables/automation/gitops-application-row.ts';
import type {
  ExecutionStepRow,
  WorkflowRow,
} from '../../../ports/tables/automation/workflow-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { damagedRow, parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { grantOf } from '../workflow/run-as.ts';

/** What an application knows of its syncs. */
export interface SyncState {
  readonly in_sync: boolean;
  /** VMs and groups whose health is that of the application. */
  readonly resource_ids: SyncResult['resource_ids'];
  readonly resources: number;
  /** The commit that a rollback went back from, until another one is synced. */
  readonly rolled_back_from?: string | undefined;
  /**
   * Whether a person has set repository or revision since the last sync: the next one accepts a
   * commit that does not descend from the last.
   */
  readonly is_redirected?: true;
  /** The newest first. */
  readonly history: readonly SyncRecord[];
}

/** How an application was when it was looked at last. */
export interface WatchedStatus extends ApplicationHealth {
  /** Time since which the health is this. Unit: ms. */
  readonly since_ms: number;
  readonly sync: SyncStatus;
  /** The sync whose end was announced last; null before one has ended. */
  readonly announced: string | null;
}

/** Health, and what is wrong. */
export interface ApplicationHealth {
  readonly health: GitopsHealth;
  readonly unhealthy: GitopsApplication['unhealthy'];
}

/** Rows beside that of an application, which its answer needs. */
export interface BesideApplication {
  /** undefined: it is gone, which only damage explains. */
  readonly workflow: WorkflowRow | undefined;
  /** Id of the key that it runs as now; undefined: there is none of that name. */
  readonly keyId: string | undefined;
  /** The execution that was started last. */
  readonly last: Tables['operations'] | undefined;
  /** What it has read; undefined before that. */
  readonly fetched: FetchedCommit | undefined;
  /** Why no sync may start now. */
  readonly waitsFor: string | undefined;
}

/** The commit that a sync has read. */
export interface FetchedCommit {
  readonly commit: string;
  /** Whether files of the application differ from the commit that was synced last. */
  readonly isChanged: boolean;
}

/** @throws damagedRow */
export function specOf({ id, spec_json }: GitopsApplicationRow): GitopsSpec {
  const spec = GitopsSpec.safeParse(parseStored(spec_json));
  if (!spec.success) throw damagedRow(id, 'its fields cannot be decrypted');
  return spec.data;
}

/** What was synced last; undefined before the first sync. */
export function syncStateOf({ synced_json }: GitopsApplicationRow): SyncState | undefined {
  return synced_json === null ? undefined : parseStored<SyncState>(synced_json);
}

/** What was seen last; undefined before. */
export function watchedStatusOf({ status_json }: GitopsApplicationRow): WatchedStatus | undefined {
  return status_json === null ? undefined : parseStored<WatchedStatus>(status_json);
}

/** What is seen now, with the time since which the health is this. */
export function withHealth(
  before: WatchedStatus | undefined,
  now: ApplicationHealth,
  nowMs: number,
): WatchedStatus {
  const since_ms = before?.health === now.health ? before.since_ms : nowMs;
  const { announced = null, sync = 'never_synced' } = before ?? {};
  return { sync, announced, ...now, since_ms };
}

/** The state after a sync. */
export function withSync(
  before: SyncState | undefined,
  result: SyncResult,
  record: SyncRecord,
): SyncState {
  const { in_sync, resource_ids, managed, create, delete: deleted } = result;
  const resources = managed + create - deleted;
  const history = [record, ...(before?.history ?? [])].slice(0, SYNC_HISTORY_MAX);
  const rolled_back_from = result.rewind ? before?.history[0]?.commit : undefined;
  return { in_sync, resource_ids, resources, rolled_back_from, history };
}

/** The fields as policies and the audit log see them. */
export function fieldsOf({ name, ...spec }: GitopsSpec): JsonObject {
  return JSON.parse(JSON.stringify(spec));
}

/** Fields that an application may have no value of. */
const UNSET = {
  description: null,
  environment: null,
  promote_from: null,
  hosts: null,
  credential: null,
  known_hosts: null,
  protected_paths: null,
  providers: null,
  run_on: null,
  variables: null,
  allowed_signers: null,
  gpg_keys: null,
  state: null,
  webhook: null,
  webhook_secrets: null,
  approvers: null,
  sync_windows: null,
  needs: null,
  before_workflow: null,
  after_workflow: null,
  failed_workflow: null,
} as const;

/** An application as answers carry it. @throws damagedRow */
export function toApplication(
  row: GitopsApplicationRow,
  { workflow, keyId, last, fetched, waitsFor }: BesideApplication,
): GitopsApplication {
  const state = syncStateOf(row);
  const watched = watchedStatusOf(row);
  const [newest] = state?.history ?? [];
  const grant = workflow && grantOf(workflow);
  return GitopsApplication.parse({
    ...UNSET,
    ...specOf(row),
    id: row.id,
    tenant_id: row.tenant_id,
    workflow_id: row.workflow_id,
    workflow: workflow?.name ?? '',
    webhook_address: addressOf(row),
    authorized: grant !== undefined && grant.digest === workflow?.digest && grant.keyId === keyId,
    digest: workflow?.digest ?? '',
    sync_status: syncStatusOf(state, last, fetched),
    health_status: watched?.health ?? 'unknown',
    health_since: watched === undefined ? null : toTimestamp(watched.since_ms),
    unhealthy: [...(watched?.unhealthy ?? [])],
    synced_commit: newest?.commit ?? null,
    synced_at: newest?.at ?? null,
    resources_synced: state?.resources ?? 0,
    waits_for: waitsFor ?? null,
    last_sync: last === undefined ? null : toLastSync(last, fetched?.commit),
    history: [...(state?.history ?? [])],
    revision: row.revision,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  });
}

/** Where the trigger of its workflow takes deliveries. */
function addressOf(row: GitopsApplicationRow): string | null {
  const { webhook } = specOf(row);
  return webhook === undefined ? null : `${WEBHOOKS_PATH}/${row.workflow_id}/${SYNC_WEBHOOK}`;
}

/** How far an application is. */
export function syncStatusOf(
  state: SyncState | undefined,
  last: Tables['operations'] | undefined,
  fetched: FetchedCommit | undefined,
): SyncStatus {
  if (last?.finished_at_ms === null) return 'syncing';
  if (last !== undefined && last.status !== 'succeeded') return 'failed';
  const [newest] = state?.history ?? [];
  if (state === undefined || newest === undefined) return 'never_synced';
  const isBehind = fetched?.isChanged === true && fetched.commit !== newest.commit;
  return state.in_sync && !isBehind ? 'synced' : 'out_of_sync';
}

/** What a sync has read, from the ended attempts of its first step. */
export function fetchedOf(ended: readonly ExecutionStepRow[]): FetchedCommit | undefined {
  const outputs = ended.map(({ outputs_json }) => parseStored(outputs_json ?? '{}'));
  const found = outputs.find((each) => isRecord(each) && typeof each.commit === 'string');
  if (!isRecord(found) || typeof found.commit !== 'string') return undefined;
  return { commit: found.commit, isChanged: found.changed === true };
}

/** A sync as answers carry it. */
export function toLastSync(
  { id, status, problem_json, created_at_ms, finished_at_ms }: Tables['operations'],
  commit: string | undefined,
): NonNullable<GitopsApplication['last_sync']> {
  const problem =
    problem_json === null ? undefined : parseStored<{ detail?: string }>(problem_json);
  return {
    execution_id: OperationId.parse(id),
    status,
    commit: commit ?? null,
    message: problem?.detail ?? null,
    started_at: toTimestamp(created_at_ms),
    finished_at: finished_at_ms === null ? null : toTimestamp(finished_at_ms),
  };
}
