/**
 * Waits for an operation of Argo CD. The operation and the health of an application are written by
 * different parts of Argo CD, so a sync that has just ended may show the health of before: health
 * counts once Argo CD has compared the application after the end of the operation.
 * Source of the idea: https://github.com/akuity/kargo/issues/2196
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type CliIo, pause } from '../../io/cli-io.ts';
import type { ArgocdClient } from './argocd-client.ts';
import { type Application, hasEnded, isDryRun, isReconciled } from './read-application.ts';

/** Pause between two looks. Unit: ms. */
const LOOK_MS = 1_000;

/** Operation to wait for. */
export interface SyncWait {
  readonly name: string;
  /** Commit that has to be deployed, where it is known. */
  readonly commit?: string | undefined;
  readonly timeoutMs: number;
}

/**
 * Waits until the operation has ended, and its result was compared and is not in progress.
 * Problems: `operation-failed`, `conflict` where another operation was begun meanwhile,
 * `unavailable` once the time is over, and those of the client.
 */
export async function waitForSync(
  { io, client }: { readonly io: Pick<CliIo, 'timers' | 'nowMs'>; readonly client: ArgocdClient },
  { name, commit, timeoutMs }: SyncWait,
): Promise<Result<Application, Problem>> {
  const endMs = io.nowMs() + timeoutMs;
  let refresh: 'refresh' | undefined;
  for (;;) {
    const found = await client.get(name, refresh);
    if (!found.ok) return found;
    const application = found.value;
    const refused = hasEnded(application) ? refuseEnd(application, commit) : undefined;
    if (refused !== undefined) return err(refused);
    if (isOver(application)) return ok(application);
    if (io.nowMs() >= endMs) return err(notYet(name, application));
    refresh = hasEnded(application) && !isReconciled(application) ? 'refresh' : undefined;
    await pause(io.timers, LOOK_MS, new AbortController().signal);
  }
}

function isOver(application: Application): boolean {
  if (!hasEnded(application)) return false;
  if (isDryRun(application)) return true;
  return isReconciled(application) && application.status.health?.status !== 'Progressing';
}

function refuseEnd(
  { metadata: { name }, status: { operationState: state } }: Application,
  commit: string | undefined,
): Problem | undefined {
  if (state == null) return undefined;
  if (state.phase !== 'Succeeded') {
    return problem('operation-failed', {
      detail: `The sync of ${name} has ended as ${state.phase}: ${state.message ?? 'no reason'}.`,
      remedy: `Correct the cause, and sync again: novacron argocd sync ${name}`,
    });
  }
  const deployed = state.syncResult?.revision;
  if (commit === undefined || deployed === undefined || deployed === commit) return undefined;
  return problem('conflict', {
    detail: `Another sync of ${name} has deployed ${deployed} instead of ${commit}.`,
    remedy: `See who has begun it, and sync again: novacron argocd sync ${name}`,
  });
}

function notYet(name: string, { status }: Application): Problem {
  const { operationState: state, health } = status;
  const now =
    state?.finishedAt == null ? 'its sync' : `its health (${health?.status ?? 'Unknown'})`;
  return problem('unavailable', {
    detail: `${name} was not settled in time: Argo CD is still working on ${now}.`,
    remedy: `It goes on. Look again later: novacron argocd status ${name}`,
  });
}
