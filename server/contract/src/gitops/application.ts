/**
 * GitOps applications: a directory of a Git repository that decides what runs. A sync brings the
 * tenant to a commit; it is an execution of a workflow that NovaCron composes. Sources of the
 * terms: Argo CD (application, sync, prune, self-heal, target revision) and Terraform.
 */
import { z } from 'zod';
import { GitCommit, GitopsSource } from '../automation/gitops-step.ts';
import { StepHosts } from '../automation/network-host.ts';
import { parseDuration } from '../formats/duration.ts';
import { GitopsApplicationId, OperationId, TenantId, VmGroupId, VmId, WorkflowId } from '../ids.ts';
import { VmRestartWindow } from '../kinds/vm/vm-restart-window.ts';
import { newName } from '../schema/new-name.ts';
import { PrincipalName, ResourceName, Timestamp } from '../schema/resource.ts';
import { isRepository, REPOSITORY_WORDS } from './repository.ts';

/** Prefix of the workflows that NovaCron composes for applications; no other workflow has it. */
export const GITOPS_WORKFLOW_PREFIX = 'gitops.';

/** Returns the name of the workflow of an application. */
export function workflowOfApplication(name: string): string {
  return `${GITOPS_WORKFLOW_PREFIX}${name}`;
}

/** Returns the name of the application that a workflow is composed for; undefined for others. */
export function applicationOfWorkflow(name: string): string | undefined {
  const isComposed = name.startsWith(GITOPS_WORKFLOW_PREFIX);
  return isComposed ? name.slice(GITOPS_WORKFLOW_PREFIX.length) : undefined;
}

/** Name of the webhook of such a workflow. */
export const SYNC_WEBHOOK = 'push';

/** Longest text of one field. Unit: characters. */
const TEXT_MAX = 2_048;
const KEYS_MAX = 65_536;
const NAME_MAX = 128;
const LIST_MAX = 64;

/** Syncs that an application remembers, for rollbacks. */
export const SYNC_HISTORY_MAX = 20;

/** VMs and groups of an application whose health is watched. */
export const SYNC_RESOURCES_MAX = 500;

const EVERY_MINUTES_MAX = 60;

/** A branch, a tag or a commit, as `git rev-parse` takes it: no range, no option. */
export const GitRevision = z
  .string()
  .max(NAME_MAX, { abort: true })
  .regex(
    /^(?!.*(?:[.][.]|@[{]|[/][/]|[.]lock(?:[/]|$)))[A-Za-z0-9][A-Za-z0-9._/+-]*(?<![./])$/,
    'must be a branch, a tag or a commit, such as main or v1.2.0',
  );

/** A directory below the root of the repository. */
const GitPath = z
  .string()
  .max(TEXT_MAX, { abort: true })
  .regex(
    /^(?:[.]|(?!\/)(?!(?:.*\/)?[.][.]?(?:\/|$))[^\\\p{Cc}]+(?<!\/))$/u,
    'must be a directory below the root of the repository, such as environments/production',
  );

/** A secret of the tenant, by name. */
const SecretName = z
  .string()
  .max(NAME_MAX, { abort: true })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(?:@\d{1,9})?$/, 'must be the name of a secret');

const Every = z
  .string()
  .max(NAME_MAX, { abort: true })
  .refine((text) => {
    const minutes = (parseDuration(text) ?? 0) / 60_000;
    return Number.isInteger(minutes) && minutes >= 1 && minutes <= EVERY_MINUTES_MAX;
  }, `must be whole minutes from 1m to ${EVERY_MINUTES_MAX}m, such as 3m`);

const Expires = z
  .string()
  .max(NAME_MAX, { abort: true })
  .refine((text) => (parseDuration(text) ?? 0) > 0, 'must be a duration such as 24h');

/** A workflow of the tenant, by name. */
const WorkflowName = z
  .string()
  .max(NAME_MAX, { abort: true })
  .regex(/^(?!gitops\.)[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be the name of a workflow of yours');

/** When a sync asks people before it changes anything. */
export const SyncApproval = z.enum(['gated', 'deletes', 'always']);
export type SyncApproval = z.infer<typeof SyncApproval>;

/** Values of an application that sets none. */
export const GITOPS_DEFAULTS = {
  path: '.',
  target_revision: 'HEAD',
  source: 'terraform',
  programs: 'refuse',
  automatic: false,
  poll_every: '3m',
  self_heal: false,
  prune: false,
  prune_count_max: 10,
  prune_ratio_max: 0.1,
  approval: 'gated',
  approvals_required: 1,
  approval_expires: '24h',
  require_signatures: false,
} as const;

const Name = z.string().min(1).max(NAME_MAX);

/** A Terraform provider other than NovaCron's own, as a lock file names it. */
const AcceptedProvider = z.strictObject({
  source: z
    .string()
    .min(1)
    .max(TEXT_MAX)
    .describe('Address, such as registry.terraform.io/hashicorp/random'),
  hashes: z
    .array(z.string().regex(/^(?:h1|zh):/, 'must be a hash of a lock file: h1:… or zh:…'))
    .min(1)
    .describe('Hashes of the lock file that are accepted'),
});

const Keys = z.string().max(KEYS_MAX);

const WINDOWS_MAX = 16;
const NEEDS_MAX = 16;

/** A time in which syncs may start, or may not. */
export const SyncWindow = z.strictObject({
  kind: z
    .enum(['allow', 'deny'])
    .describe('`allow`: syncs start in allow windows only; `deny`: none starts in this one'),
  ...VmRestartWindow.shape,
});
export type SyncWindow = z.infer<typeof SyncWindow>;

/** The schemas of what people set, without presence. */
const PARTS = {
  description: z.string().max(TEXT_MAX),
  repository: z.string().max(TEXT_MAX, { abort: true }).refine(isRepository, REPOSITORY_WORDS),
  path: GitPath,
  target_revision: GitRevision,
  source: GitopsSource,
  environment: Name,
  promote_from: ResourceName,
  run_as: Name,
  run_on: z.record(Name, Name),
  hosts: StepHosts,
  credential: SecretName,
  known_hosts: Keys,
  require_signatures: z.boolean(),
  allowed_signers: Keys,
  gpg_keys: Keys,
  protected_paths: z.array(z.string().min(1).max(TEXT_MAX)).max(LIST_MAX),
  providers: z.array(AcceptedProvider).max(LIST_MAX),
  programs: z.enum(['refuse', 'allow']),
  state: ResourceName,
  variables: z.record(Name, z.string().max(TEXT_MAX)),
  webhook: z.enum(['github', 'gitlab']),
  webhook_secrets: z.array(SecretName).min(1).max(2),
  automatic: z.boolean(),
  poll_every: Every,
  sync_windows: z.array(SyncWindow).min(1).max(WINDOWS_MAX),
  needs: z.array(ResourceName).min(1).max(NEEDS_MAX),
  self_heal: z.boolean(),
  prune: z.boolean(),
  prune_count_max: z.int().min(0),
  prune_ratio_max: z.number().min(0).max(1),
  approval: SyncApproval,
  approvals_required: z.int().min(1).max(16),
  approvers: z.array(Name).min(1).max(LIST_MAX),
  approval_expires: Expires,
  before_workflow: WorkflowName,
  after_workflow: WorkflowName,
  failed_workflow: WorkflowName,
} as const;

/** What each field is, for all that describes it. */
const WORDS: Readonly<Record<keyof typeof PARTS, string>> = {
  description: 'Free-form description',
  repository: 'Address of the Git repository, over HTTPS or SSH, or in files of the runner',
  path: 'Directory in the repository',
  target_revision: 'Branch, tag or commit that is synced; HEAD is the default branch',
  source:
    'Kind of the directory: `terraform` or `opentofu` files, which cdktf writes, too, or ' +
    '`manifests` of `novacron apply`',
  environment: 'Environment that it is, such as production',
  promote_from: 'Application whose synced commits are the only ones that this one accepts',
  run_as: 'API key whose rights syncs have; an admin authorizes its use',
  run_on: 'Labels of the runners that carry syncs out; secrets are sent to these only',
  hosts: 'Hosts that syncs reach beside the repository and the server, as HOST:PORT',
  credential:
    'Secret with the password or token for HTTPS, or with the private key for SSH, by its name',
  known_hosts: 'Host keys of the SSH server, as in a known_hosts file; required with SSH',
  require_signatures: 'Whether a commit that no accepted key has signed is refused',
  allowed_signers: 'SSH keys that may sign, in the format of `ssh-keygen` for allowed signers',
  gpg_keys: 'OpenPGP keys that may sign, armored',
  protected_paths: 'Patterns of files whose change needs an approval, such as `policies/**`',
  providers: 'Providers beside NovaCron that may run',
  programs: '`refuse` refuses provisioners and data sources that run programs',
  state: 'Name of the Terraform state on the server. Default: the name of the application',
  variables: 'Input variables of the configuration by name, as texts; not secrets',
  webhook: 'What reports pushes; `github` is also what Forgejo and Gitea send',
  webhook_secrets: 'Secrets that it signs with, by name: two while one replaces the other',
  automatic: 'Whether new commits start syncs; otherwise people and pipelines do',
  poll_every: 'Interval at which the repository is asked for new commits',
  sync_windows: 'Times in which syncs may start, or may not. Default: they may at any time',
  needs: 'Applications that have to be synced and healthy before this one syncs, by name',
  self_heal: 'Whether a sync also starts when resources have drifted; needs `automatic`',
  prune: 'Whether resources that left the repository are deleted; otherwise a sync is refused',
  prune_count_max: 'Most deletions of a sync without an approval',
  prune_ratio_max: 'Most deletions without an approval, as a part of what it manages, 0 to 1',
  approval:
    'When people are asked. `gated`: for more deletions than that, and protected paths; ' +
    '`deletes`: also for any deletion or replacement; `always`: for any change',
  approvals_required: 'Number of approvals required',
  approvers: 'Persons who may vote. Default: all who may approve',
  approval_expires: 'Time to vote',
  before_workflow: 'Workflow that runs before changes are applied; if it fails, nothing is',
  after_workflow: 'Workflow that runs after applied changes are verified',
  failed_workflow: 'Workflow that runs after a sync has failed',
};

// Descriptions come last: `optional` would hide them.
const given = {
  description: PARTS.description.optional().describe(WORDS.description),
  repository: PARTS.repository.describe(WORDS.repository),
  path: PARTS.path.default(GITOPS_DEFAULTS.path).describe(WORDS.path),
  target_revision: PARTS.target_revision
    .default(GITOPS_DEFAULTS.target_revision)
    .describe(WORDS.target_revision),
  source: PARTS.source.default(GITOPS_DEFAULTS.source).describe(WORDS.source),
  environment: PARTS.environment.optional().describe(WORDS.environment),
  promote_from: PARTS.promote_from.optional().describe(WORDS.promote_from),
  run_as: PARTS.run_as.describe(WORDS.run_as),
  run_on: PARTS.run_on.optional().describe(WORDS.run_on),
  hosts: PARTS.hosts.optional().describe(WORDS.hosts),
  credential: PARTS.credential.optional().describe(WORDS.credential),
  known_hosts: PARTS.known_hosts.optional().describe(WORDS.known_hosts),
  require_signatures: PARTS.require_signatures
    .default(GITOPS_DEFAULTS.require_signatures)
    .describe(WORDS.require_signatures),
  allowed_signers: PARTS.allowed_signers.optional().describe(WORDS.allowed_signers),
  gpg_keys: PARTS.gpg_keys.optional().describe(WORDS.gpg_keys),
  protected_paths: PARTS.protected_paths.optional().describe(WORDS.protected_paths),
  providers: PARTS.providers.optional().describe(WORDS.providers),
  programs: PARTS.programs.default(GITOPS_DEFAULTS.programs).describe(WORDS.programs),
  state: PARTS.state.optional().describe(WORDS.state),
  variables: PARTS.variables.optional().describe(WORDS.variables),
  webhook: PARTS.webhook.optional().describe(WORDS.webhook),
  webhook_secrets: PARTS.webhook_secrets.optional().describe(WORDS.webhook_secrets),
  automatic: PARTS.automatic.default(GITOPS_DEFAULTS.automatic).describe(WORDS.automatic),
  poll_every: PARTS.poll_every.default(GITOPS_DEFAULTS.poll_every).describe(WORDS.poll_every),
  sync_windows: PARTS.sync_windows.optional().describe(WORDS.sync_windows),
  needs: PARTS.needs.optional().describe(WORDS.needs),
  self_heal: PARTS.self_heal.default(GITOPS_DEFAULTS.self_heal).describe(WORDS.self_heal),
  prune: PARTS.prune.default(GITOPS_DEFAULTS.prune).describe(WORDS.prune),
  prune_count_max: PARTS.prune_count_max
    .default(GITOPS_DEFAULTS.prune_count_max)
    .describe(WORDS.prune_count_max),
  prune_ratio_max: PARTS.prune_ratio_max
    .default(GITOPS_DEFAULTS.prune_ratio_max)
    .describe(WORDS.prune_ratio_max),
  approval: PARTS.approval.default(GITOPS_DEFAULTS.approval).describe(WORDS.approval),
  approvals_required: PARTS.approvals_required
    .default(GITOPS_DEFAULTS.approvals_required)
    .describe(WORDS.approvals_required),
  approvers: PARTS.approvers.optional().describe(WORDS.approvers),
  approval_expires: PARTS.approval_expires
    .default(GITOPS_DEFAULTS.approval_expires)
    .describe(WORDS.approval_expires),
  before_workflow: PARTS.before_workflow.optional().describe(WORDS.before_workflow),
  after_workflow: PARTS.after_workflow.optional().describe(WORDS.after_workflow),
  failed_workflow: PARTS.failed_workflow.optional().describe(WORDS.failed_workflow),
};

/** Fields of a request to create an application. */
export const GitopsApplicationCreate = z.strictObject({
  name: newName(ResourceName).describe('Name of the application, unique in the tenant'),
  ...given,
});

/** What an application is made of, with defaults in place. */
export const GitopsSpec = z.strictObject({ name: ResourceName, ...given });
export type GitopsSpec = z.infer<typeof GitopsSpec>;

/** Fields of a request to change an application; null: none, or the default. */
export const GitopsApplicationUpdate = z.strictObject({
  description: PARTS.description.nullish().describe(WORDS.description),
  repository: PARTS.repository.optional().describe(WORDS.repository),
  path: PARTS.path.nullish().describe(WORDS.path),
  target_revision: PARTS.target_revision.nullish().describe(WORDS.target_revision),
  source: PARTS.source.nullish().describe(WORDS.source),
  environment: PARTS.environment.nullish().describe(WORDS.environment),
  promote_from: PARTS.promote_from.nullish().describe(WORDS.promote_from),
  run_as: PARTS.run_as.optional().describe(WORDS.run_as),
  run_on: PARTS.run_on.nullish().describe(WORDS.run_on),
  hosts: PARTS.hosts.nullish().describe(WORDS.hosts),
  credential: PARTS.credential.nullish().describe(WORDS.credential),
  known_hosts: PARTS.known_hosts.nullish().describe(WORDS.known_hosts),
  require_signatures: PARTS.require_signatures.nullish().describe(WORDS.require_signatures),
  allowed_signers: PARTS.allowed_signers.nullish().describe(WORDS.allowed_signers),
  gpg_keys: PARTS.gpg_keys.nullish().describe(WORDS.gpg_keys),
  protected_paths: PARTS.protected_paths.nullish().describe(WORDS.protected_paths),
  providers: PARTS.providers.nullish().describe(WORDS.providers),
  programs: PARTS.programs.nullish().describe(WORDS.programs),
  variables: PARTS.variables.nullish().describe(WORDS.variables),
  webhook: PARTS.webhook.nullish().describe(WORDS.webhook),
  webhook_secrets: PARTS.webhook_secrets.nullish().describe(WORDS.webhook_secrets),
  automatic: PARTS.automatic.nullish().describe(WORDS.automatic),
  poll_every: PARTS.poll_every.nullish().describe(WORDS.poll_every),
  sync_windows: PARTS.sync_windows.nullish().describe(WORDS.sync_windows),
  needs: PARTS.needs.nullish().describe(WORDS.needs),
  self_heal: PARTS.self_heal.nullish().describe(WORDS.self_heal),
  prune: PARTS.prune.nullish().describe(WORDS.prune),
  prune_count_max: PARTS.prune_count_max.nullish().describe(WORDS.prune_count_max),
  prune_ratio_max: PARTS.prune_ratio_max.nullish().describe(WORDS.prune_ratio_max),
  approval: PARTS.approval.nullish().describe(WORDS.approval),
  approvals_required: PARTS.approvals_required.nullish().describe(WORDS.approvals_required),
  approvers: PARTS.approvers.nullish().describe(WORDS.approvers),
  approval_expires: PARTS.approval_expires.nullish().describe(WORDS.approval_expires),
  before_workflow: PARTS.before_workflow.nullish().describe(WORDS.before_workflow),
  after_workflow: PARTS.after_workflow.nullish().describe(WORDS.after_workflow),
  failed_workflow: PARTS.failed_workflow.nullish().describe(WORDS.failed_workflow),
});

/** The fields as answers carry them. */
const shown = {
  description: PARTS.description.nullable().describe(WORDS.description),
  repository: PARTS.repository.describe(WORDS.repository),
  path: PARTS.path.describe(WORDS.path),
  target_revision: PARTS.target_revision.describe(WORDS.target_revision),
  source: PARTS.source.describe(WORDS.source),
  environment: PARTS.environment.nullable().describe(WORDS.environment),
  promote_from: PARTS.promote_from.nullable().describe(WORDS.promote_from),
  run_as: PARTS.run_as.describe(WORDS.run_as),
  run_on: PARTS.run_on.nullable().describe(WORDS.run_on),
  hosts: PARTS.hosts.nullable().describe(WORDS.hosts),
  credential: PARTS.credential.nullable().describe(WORDS.credential),
  known_hosts: PARTS.known_hosts.nullable().describe(WORDS.known_hosts),
  require_signatures: PARTS.require_signatures.describe(WORDS.require_signatures),
  allowed_signers: PARTS.allowed_signers.nullable().describe(WORDS.allowed_signers),
  gpg_keys: PARTS.gpg_keys.nullable().describe(WORDS.gpg_keys),
  protected_paths: PARTS.protected_paths.nullable().describe(WORDS.protected_paths),
  providers: PARTS.providers.nullable().describe(WORDS.providers),
  programs: PARTS.programs.describe(WORDS.programs),
  state: PARTS.state.nullable().describe(WORDS.state),
  variables: PARTS.variables.nullable().describe(WORDS.variables),
  webhook: PARTS.webhook.nullable().describe(WORDS.webhook),
  webhook_secrets: PARTS.webhook_secrets.nullable().describe(WORDS.webhook_secrets),
  automatic: PARTS.automatic.describe(WORDS.automatic),
  poll_every: PARTS.poll_every.describe(WORDS.poll_every),
  sync_windows: PARTS.sync_windows.nullable().describe(WORDS.sync_windows),
  needs: PARTS.needs.nullable().describe(WORDS.needs),
  self_heal: PARTS.self_heal.describe(WORDS.self_heal),
  prune: PARTS.prune.describe(WORDS.prune),
  prune_count_max: PARTS.prune_count_max.describe(WORDS.prune_count_max),
  prune_ratio_max: PARTS.prune_ratio_max.describe(WORDS.prune_ratio_max),
  approval: PARTS.approval.describe(WORDS.approval),
  approvals_required: PARTS.approvals_required.describe(WORDS.approvals_required),
  approvers: PARTS.approvers.nullable().describe(WORDS.approvers),
  approval_expires: PARTS.approval_expires.describe(WORDS.approval_expires),
  before_workflow: PARTS.before_workflow.nullable().describe(WORDS.before_workflow),
  after_workflow: PARTS.after_workflow.nullable().describe(WORDS.after_workflow),
  failed_workflow: PARTS.failed_workflow.nullable().describe(WORDS.failed_workflow),
};

/** How far an application is. */
export const SyncStatus = z.enum(['never_synced', 'synced', 'out_of_sync', 'syncing', 'failed']);
export type SyncStatus = z.infer<typeof SyncStatus>;

/** How the resources of an application are. */
export const GitopsHealth = z.enum(['healthy', 'progressing', 'degraded', 'unknown']);
export type GitopsHealth = z.infer<typeof GitopsHealth>;

/** Numbers of changes of a sync. */
const Changes = z.looseObject({
  create: z.int(),
  update: z.int(),
  replace: z.int(),
  delete: z.int(),
});

/** A commit that was synced. */
export const SyncRecord = z.looseObject({
  execution_id: OperationId,
  commit: GitCommit,
  subject: z.string().describe('First line of the message of the commit'),
  author: z.string(),
  changes: Changes,
  by: PrincipalName.describe('Who has started it'),
  at: Timestamp,
});
export type SyncRecord = z.infer<typeof SyncRecord>;

/** The last sync of an application, as it is now. */
export const LastSync = z.looseObject({
  execution_id: OperationId,
  status: z.string().describe('Status of the execution'),
  commit: GitCommit.nullable().describe('null before the repository was read'),
  message: z.string().nullable().describe('Why it has failed'),
  started_at: Timestamp,
  finished_at: Timestamp.nullable(),
});

/** A resource that is not healthy. */
const Unhealthy = z.looseObject({ resource: z.string(), reason: z.string() });

/** An application as answers carry it. */
export const GitopsApplication = z.looseObject({
  id: GitopsApplicationId,
  name: ResourceName,
  ...shown,
  tenant_id: TenantId,
  workflow_id: WorkflowId.describe('The workflow whose executions are its syncs'),
  workflow: z.string().describe('Name of that workflow'),
  webhook_address: z
    .string()
    .nullable()
    .describe('Path on this server that pushes are reported to; null without `webhook`'),
  authorized: z.boolean().describe('Whether an admin has authorized its syncs to use `run_as`'),
  digest: z.string().describe('What an admin authorizes: changes with each change of its fields'),
  sync_status: SyncStatus,
  health_status: GitopsHealth.describe(
    'State of its VMs and groups now, by their status and open incidents; unknown before a sync',
  ),
  health_since: Timestamp.nullable().describe('Time since which it has this health_status'),
  unhealthy: z.array(Unhealthy).describe('What is not healthy, and why'),
  synced_commit: GitCommit.nullable().describe('The commit that was synced last'),
  synced_at: Timestamp.nullable(),
  resources_synced: z.int().describe('Resources that it manages since then'),
  waits_for: z
    .string()
    .nullable()
    .describe('Why no sync may start now: closed windows, or an application of `needs`'),
  last_sync: LastSync.nullable(),
  history: z.array(SyncRecord).describe('Synced commits, the newest first'),
  revision: z.int().describe('Increases with each change; the ETag'),
  created_at: Timestamp,
  created_by: PrincipalName,
  updated_at: Timestamp,
  updated_by: PrincipalName,
});
export type GitopsApplication = z.infer<typeof GitopsApplication>;

/** What the last step of a sync records. */
export const SyncResult = z.strictObject({
  id: GitopsApplicationId,
  commit: GitCommit.describe('The commit that was synced'),
  subject: z.string().max(TEXT_MAX).describe('First line of its message'),
  author: z.string().max(TEXT_MAX).describe('Its author'),
  create: z.int().min(0).describe('Resources that were created'),
  update: z.int().min(0).describe('Resources that were changed'),
  replace: z.int().min(0).describe('Resources that were replaced'),
  delete: z.int().min(0).describe('Resources that were deleted'),
  managed: z.int().min(0).describe('Resources before the sync'),
  rewind: z.boolean().describe('Whether it went back to an earlier commit'),
  in_sync: z.boolean().describe('Whether the resources are as the commit says'),
  resource_ids: z
    .array(z.union([VmId, VmGroupId]))
    .max(SYNC_RESOURCES_MAX)
    .describe('Its VMs and groups, whose health is watched from now on'),
});
export type SyncResult = z.infer<typeof SyncResult>;
