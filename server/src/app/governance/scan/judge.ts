/** What judges say about a tenant's resources: policies and compliance checks are two of them. */
import type { Change } from '../../../ports/store.ts';

/** One tenant in one round of the scan. */
export interface TenantScan {
  readonly tenantId: string;
  /** Whether the tenant operates NovaCron. */
  readonly isPlatform: boolean;
  /** Differs from that of the last round after any change. */
  readonly mark: string;
  /** Makes a change set fail once another server scans. */
  readonly guard: () => Change;
}

/** Judges subjects, and remembers between rounds what it has seen of each tenant. */
export interface Judge {
  /** Prepares a round: finds what is due besides changed subjects. */
  readonly look: (scan: TenantScan) => Promise<void>;
  /** Number of changes whose subjects it can judge in one page. */
  readonly changesMax: (tenantId: string) => number;
  /** Judges subjects that changed, or queues them. */
  readonly judgeChanged: (scan: TenantScan, ids: ReadonlySet<string>) => Promise<void>;
  /** Judges the next page of what is due. @returns whether more is due */
  readonly judgePage: (scan: TenantScan) => Promise<boolean>;
  /** Forgets all other tenants. */
  readonly retain: (tenantIds: ReadonlySet<string>) => void;
}

/** Forgets what is remembered of deleted tenants. */
export function retainKeys(memory: Map<string, unknown>, tenantIds: ReadonlySet<string>): void {
  for (const id of memory.keys()) if (!tenantIds.has(id)) memory.delete(id);
}
