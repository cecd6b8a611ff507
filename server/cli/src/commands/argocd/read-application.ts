/**
 * Reads applications of Argo CD. Health and the last operation are written by different parts of
 * Argo CD: only {@link isReconciled} says whether health is that of the result of a sync.
 * Source: Argo CD's `Application`, argoproj.io/v1alpha1, of release 3.
 */
import { z } from 'zod';

const Source = z.looseObject({
  repoURL: z.string().optional(),
  path: z.string().optional(),
  targetRevision: z.string().optional(),
});

const OperationState = z.looseObject({
  phase: z.string(),
  message: z.string().optional(),
  startedAt: z.string(),
  finishedAt: z.string().nullish(),
  operation: z
    .looseObject({ sync: z.looseObject({ dryRun: z.boolean().optional() }).nullish() })
    .optional(),
  syncResult: z
    .looseObject({
      revision: z.string().optional(),
      resources: z.array(z.looseObject({ status: z.string().optional() })).nullish(),
    })
    .nullish(),
});

/** A deployed revision. */
const Deployed = z.looseObject({
  id: z.int(),
  revision: z.string().default(''),
  deployedAt: z.string(),
  source: Source.nullish(),
});

/** An application, as far as it is read here. */
export const Application = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    project: z.string().default('default'),
    source: Source.optional(),
    destination: z.looseObject({ namespace: z.string().optional() }),
    syncPolicy: z
      .looseObject({ automated: z.looseObject({ enabled: z.boolean().optional() }).nullish() })
      .nullish(),
  }),
  /** Requested, and not taken up yet. */
  operation: z.looseObject({}).nullish(),
  status: z
    .looseObject({
      sync: z.looseObject({ status: z.string(), revision: z.string().optional() }).optional(),
      health: z.looseObject({ status: z.string().optional() }).optional(),
      operationState: OperationState.nullish(),
      reconciledAt: z.string().nullish(),
      history: z.array(Deployed).nullish(),
    })
    .default({}),
});
export type Application = z.infer<typeof Application>;

/** What people and programs read of an application. */
export interface ApplicationStatus {
  readonly [field: string]: unknown;
  readonly name: string;
  readonly argocd_server: string;
  readonly project: string;
  readonly git_repo_url: string | null;
  readonly path: string | null;
  readonly target_revision: string | null;
  readonly destination_namespace: string | null;
  /** synced, out-of-sync or unknown. */
  readonly sync_status: string;
  /** healthy, progressing, degraded, suspended, missing or unknown. */
  readonly health_status: string;
  /** The commit that is deployed, or that it is compared with. */
  readonly revision: string | null;
  /** running, terminating, succeeded, failed or error; null: none was begun. */
  readonly phase: string | null;
  readonly message: string | null;
  /** Number of resources that the last operation has applied. */
  readonly resources_synced: number;
  /** Whether sync_status and health_status are later than the end of the last operation. */
  readonly settled: boolean;
}

/** The status of an application. */
export function statusOf(application: Application, server: string): ApplicationStatus {
  const { metadata, spec, status } = application;
  const state = status.operationState ?? undefined;
  const results = state?.syncResult?.resources ?? [];
  return {
    name: metadata.name,
    argocd_server: server,
    project: spec.project,
    git_repo_url: spec.source?.repoURL ?? null,
    path: spec.source?.path ?? null,
    target_revision: spec.source?.targetRevision ?? null,
    destination_namespace: spec.destination.namespace ?? null,
    sync_status: wordOf(status.sync?.status ?? 'Unknown'),
    health_status: wordOf(status.health?.status ?? 'Unknown'),
    revision: status.sync?.revision ?? null,
    phase: state === undefined ? null : wordOf(state.phase),
    message: state?.message ?? null,
    resources_synced: results.filter(({ status: each }) => each === 'Synced').length,
    settled: isReconciled(application),
  };
}

/** OutOfSync: out-of-sync. */
function wordOf(text: string): string {
  return text.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

/** Whether the operation that was requested last has ended, well or not. */
export function hasEnded({ operation, status }: Application): boolean {
  const { operationState: state } = status;
  return operation == null && state?.finishedAt != null;
}

/** Whether the last operation only tried what it would do. */
export function isDryRun({ status }: Application): boolean {
  return status.operationState?.operation?.sync?.dryRun === true;
}

/** Whether sync status and health were compared after the last operation had ended. */
export function isReconciled(application: Application): boolean {
  const { operationState: state, reconciledAt } = application.status;
  if (reconciledAt == null) return false;
  if (application.operation != null) return false;
  if (state == null) return true;
  // Both are whole seconds: the same second may be before the end.
  return state.finishedAt != null && Date.parse(reconciledAt) > Date.parse(state.finishedAt);
}

/** Whether Argo CD syncs the application by itself. */
export function isAutomated({ spec }: Application): boolean {
  const automated = spec.syncPolicy?.automated;
  return automated != null && automated.enabled !== false;
}
