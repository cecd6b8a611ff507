/** Asks the repository of an application for news before a scheduled sync is started. */
import { type GitopsSpec, workflowOfApplication } from '@novacron/contract/gitops/application';
import { parseRepository } from '@novacron/contract/gitops/repository';
import { explainPoll } from '@novacron/engine/automation/gitops/explain-poll';
import { explainStart } from '@novacron/engine/automation/gitops/explain-start';
import type { PollFacts } from '@novacron/engine/automation/gitops/model/poll';
import { planPoll } from '@novacron/engine/automation/gitops/plan-poll';
import type { GitopsApplicationRow } from '../../../ports/tables/automation/gitops-application-row.ts';
import { compareResources } from '../../governance/drift/compare-resources.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { egressHostsOf } from '../../resources/egress-hosts.ts';
import { specOf, syncStateOf } from '../../resources/gitops-application/application-row.ts';
import {
  findApplicationOf,
  readLastSync,
  readStart,
} from '../../resources/gitops-application/read-applications.ts';

/** Time limit of the request. Unit: ms. */
const ASK_MS = 10_000;

/** A repository with more names of branches is asked by the runner. Unit: bytes. */
const REFS_BYTES_MAX = 4_194_304;

/** User name beside a token, where the address has none: Git servers accept any. */
const USER_DEFAULT = 'git';

/** Dependencies of asking. */
export interface PollDeps extends CapabilityDeps {
  /** Opens a secret of a workflow for a host; undefined where it may not be sent there. */
  readonly openSecret: (
    secret: string,
    use: { readonly tenantId: string; readonly workflow: string; readonly host: string },
  ) => Promise<string | undefined>;
}

/** @returns why a scheduled sync is left out, in a sentence; undefined for any other workflow */
export async function skipPoll(deps: PollDeps, workflowId: string): Promise<string | undefined> {
  const row = await findApplicationOf(deps, workflowId);
  if (row === undefined) return undefined;
  const waitsFor = explainStart(await readStart(deps, row));
  if (waitsFor !== undefined) return waitsFor;
  const spec = specOf(row);
  const facts: PollFacts = {
    refs: await askRepository(deps, row, spec),
    revision: spec.target_revision,
    last: await lastOf(deps, row),
    rolledBackFrom: syncStateOf(row)?.rolled_back_from,
    heals: spec.self_heal,
    drifted: 0,
    incidents: 0,
  };
  const nowMs = deps.clock.nowMs();
  const plan = planPoll(facts, nowMs);
  // Drift costs a comparison of all resources, and changes nothing where there is a new commit.
  const matters = plan.kind === 'unchanged' || facts.refs === undefined;
  if (!facts.heals || !matters) return explainPoll(plan);
  const drifted = await countDrifted(deps, row);
  const incidents = await countIncidents(deps, row);
  return explainPoll(planPoll({ ...facts, drifted, incidents }, nowMs));
}

/** What the Git server says of its branches and tags; undefined where this one may not ask. */
async function askRepository(
  deps: PollDeps,
  row: GitopsApplicationRow,
  { repository, credential }: GitopsSpec,
): Promise<string | undefined> {
  const { egress, settings } = deps;
  const { protocol, host, user, url } = parseRepository(repository) ?? {};
  const hosts = egressHostsOf(settings.egressHosts, row.tenant_id);
  if (egress === undefined || host === undefined || protocol === 'ssh') return undefined;
  const allowed = hosts.find((each) => each === host || `${each}:443` === host);
  if (allowed === undefined) return undefined;
  const password =
    credential === undefined
      ? undefined
      : await deps.openSecret(credential, {
          tenantId: row.tenant_id,
          workflow: workflowOfApplication(row.name),
          host: allowed,
        });
  if (credential !== undefined && password === undefined) return undefined;
  const basic = `${user ?? USER_DEFAULT}:${password}`;
  const answer = await egress.send({
    link: 'steps',
    tenantId: row.tenant_id,
    hosts,
    method: 'GET',
    url: `${url?.replace(/\/$/, '')}/info/refs?service=git-upload-pack`,
    headers: {
      'user-agent': 'git/novacron',
      ...(password === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
    },
    timeoutMs: ASK_MS,
    bodyBytesMax: REFS_BYTES_MAX,
  });
  if (answer.kind !== 'answered' || answer.status !== 200 || answer.isCut) return undefined;
  return answer.body;
}

async function lastOf(deps: CapabilityDeps, row: GitopsApplicationRow): Promise<PollFacts['last']> {
  const { last, fetched } = await readLastSync(deps, row);
  // Changed fields are synced even where the commit is the same.
  if (last === undefined || last.finished_at_ms === null) return undefined;
  if (last.created_at_ms < row.updated_at_ms) return undefined;
  return {
    commit: fetched?.commit,
    succeeded: last.status === 'succeeded',
    endedMs: last.finished_at_ms,
  };
}

async function countDrifted(
  { store }: CapabilityDeps,
  { tenant_id: tenantId }: GitopsApplicationRow,
): Promise<number> {
  const { drifted, busy } = await compareResources(store, { tenantId });
  return drifted.filter(({ row }) => !busy.has(row.id)).length;
}

function countIncidents(
  { store }: CapabilityDeps,
  { tenant_id }: GitopsApplicationRow,
): Promise<number> {
  return store.count({
    from: 'incidents',
    where: { tenant_id, state: { in: ['open', 'acknowledged'] } },
    limit: 10,
  });
}
