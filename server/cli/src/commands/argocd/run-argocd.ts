/** What the commands of `argocd` do. */
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { findingsFailure, problemFailure, usageFailure } from '../../failures/failure.ts';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import type { Outcome } from '../../operations/outcome.ts';
import {
  type ArgocdClient,
  createArgocdClient,
  type NewApplication,
  type TreeNode,
} from './argocd-client.ts';
import { findDeployed } from './find-deployed.ts';
import { type Application, statusOf } from './read-application.ts';
import { waitForSync } from './wait-for-sync.ts';

/** Flags of every command. */
export interface ArgocdFlags {
  readonly argocdServer?: string;
  readonly project?: string;
}

/** Flags of syncs and rollbacks. */
export interface SyncFlags extends ArgocdFlags {
  readonly revision?: string;
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  /** Unit: seconds. */
  readonly waitTimeout: number;
}

/** What a command works with. */
interface Argocd {
  readonly io: CliIo;
  readonly client: ArgocdClient;
  readonly server: string;
}

const MS_PER_S = 1_000;

/** A whole commit; other revisions are resolved by Argo CD. */
const COMMIT = /^[0-9a-f]{40}$/;

/** Reads where Argo CD is, and does the work of a command. */
export async function runArgocd(
  { io, env }: { readonly io: CliIo; readonly env: Environment },
  { argocdServer: server = env.ARGOCD_SERVER, project }: ArgocdFlags,
  work: (argocd: Argocd) => Promise<Outcome>,
): Promise<Outcome> {
  const token = env.ARGOCD_AUTH_TOKEN;
  if (server === undefined || server === '') {
    return { failure: usageFailure('name Argo CD with --argocd-server, or in ARGOCD_SERVER') };
  }
  if (token === undefined || token === '') {
    return { failure: usageFailure('set ARGOCD_AUTH_TOKEN to a token of Argo CD') };
  }
  return work({ io, server, client: createArgocdClient({ server, token, project }) });
}

/** Creates an application. */
export async function createApplication(
  { client, server }: Argocd,
  application: NewApplication,
): Promise<Outcome> {
  return answerWith(await client.create(application), server);
}

/** Shows the status of an application, as Argo CD has it now. */
export async function showApplication({ client, server }: Argocd, name: string): Promise<Outcome> {
  return answerWith(await client.get(name, 'refresh'), server);
}

/** Syncs an application. */
export async function syncApplication(
  argocd: Argocd,
  name: string,
  flags: SyncFlags,
): Promise<Outcome> {
  const { revision, prune = false, dryRun = false } = flags;
  const begun = await argocd.client.sync(name, { revision, prune, dryRun });
  const commit = revision !== undefined && COMMIT.test(revision) ? revision : undefined;
  return follow(argocd, begun, { name, commit, flags });
}

/** Returns an application to a revision that was deployed before. */
export async function rollbackApplication(
  argocd: Argocd,
  name: string,
  flags: SyncFlags,
): Promise<Outcome> {
  const { revision = '', prune = false, dryRun = false } = flags;
  const found = await argocd.client.get(name);
  const id = found.ok ? findDeployed(found.value, revision) : found;
  if (!id.ok) return { failure: problemFailure(id.error) };
  const begun = await argocd.client.rollback(name, { id: id.value, prune, dryRun });
  return follow(argocd, begun, { name, flags });
}

/** Ends the operation that is under way. */
export async function terminateOperation({ client, server }: Argocd, name: string) {
  const ended = await client.terminate(name);
  return answerWith(ended.ok ? await client.get(name) : ended, server);
}

/** Lists the deployed revisions, the newest first. */
export async function listHistory({ client }: Argocd, name: string): Promise<Outcome> {
  const found = await client.get(name);
  if (!found.ok) return { failure: problemFailure(found.error) };
  const value = (found.value.status.history ?? []).toReversed().map((each) => ({
    id: each.id,
    revision: each.revision,
    target_revision: each.source?.targetRevision ?? null,
    deployed_at: each.deployedAt,
  }));
  return { document: { kind: 'list', noun: 'argocd_revision', value, words: 'revisions' } };
}

/** Lists the resources of an application, with those that they have created. */
export async function listTree({ client }: Argocd, name: string): Promise<Outcome> {
  const found = await client.tree(name);
  if (!found.ok) return { failure: problemFailure(found.error) };
  const value = found.value.map(resourceOf);
  return { document: { kind: 'list', noun: 'argocd_resource', value, words: 'resources' } };
}

function resourceOf({ kind, name, namespace, health, parentRefs }: TreeNode) {
  const [parent] = parentRefs ?? [];
  return {
    kind,
    name,
    namespace: namespace ?? null,
    health_status: health?.status?.toLowerCase() ?? null,
    parent: parent === undefined ? null : `${parent.kind} ${parent.name}`,
  };
}

/** Answers with what was begun, or with how it has ended. */
async function follow(
  argocd: Argocd,
  begun: Result<Application, Problem>,
  {
    name,
    commit,
    flags,
  }: { readonly name: string; readonly commit?: string | undefined; readonly flags: SyncFlags },
): Promise<Outcome> {
  if (!begun.ok || flags.wait !== true) return answerWith(begun, argocd.server);
  const timeoutMs = flags.waitTimeout * MS_PER_S;
  const ended = await waitForSync(argocd, { name, commit, timeoutMs });
  if (!ended.ok) return { failure: problemFailure(ended.error) };
  const outcome = answerWith(ok(ended.value), argocd.server);
  const { health_status: health } = statusOf(ended.value, argocd.server);
  if (flags.dryRun === true || health === 'healthy') return outcome;
  return { ...outcome, failure: findingsFailure(`${name} is synced, and ${health}`) };
}

function answerWith(found: Result<Application, Problem>, server: string): Outcome {
  if (!found.ok) return { failure: problemFailure(found.error) };
  return { document: { kind: 'one', value: statusOf(found.value, server) } };
}
