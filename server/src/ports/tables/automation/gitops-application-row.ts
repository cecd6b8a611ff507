import type { GitopsHealth } from '@novacron/contract/gitops/application';

/** A row of `gitops_applications`. */
export interface GitopsApplicationRow {
  readonly id: string;
  readonly tenant_id: string;
  /** Unique in the tenant. */
  readonly name: string;
  readonly environment: string | null;
  /** The workflow whose executions are its syncs. */
  readonly workflow_id: string;
  /** JSON of `GitopsSpec`. Sealed where the store seals. */
  readonly spec_json: string;
  /** JSON of `SyncState`: what was synced last, and before; null before the first sync. */
  readonly synced_json: string | null;
  /** JSON of `WatchedStatus`: its health, and the sync that was announced last; null at first. */
  readonly status_json: string | null;
  /** The health of `status_json`, by which lists are filtered. */
  readonly health_status: GitopsHealth;
  readonly revision: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly updated_by: string;
}
