/** Settings and results of the steps that a sync of a GitOps application runs in a runner. */
import { z } from 'zod';
import { JsonObject } from '../json.ts';
import { ResourceName } from '../schema/resource.ts';

/** The steps of a sync, in their order. */
export const GITOPS_STEPS = ['fetch', 'plan', 'apply', 'verify'] as const;
export const GitopsStep = z.enum(GITOPS_STEPS);
export type GitopsStep = z.infer<typeof GitopsStep>;

/** The variable that has the settings, as JSON. */
export const GITOPS_SETTINGS_VARIABLE = 'NOVACRON_GITOPS';

/** Variables of single settings that differ between syncs. They replace those in the JSON. */
export const GITOPS_RUN_VARIABLES = {
  revision: 'NOVACRON_GITOPS_REVISION',
  last_commit: 'NOVACRON_GITOPS_LAST_COMMIT',
  rewind: 'NOVACRON_GITOPS_REWIND',
  plan_digest: 'NOVACRON_GITOPS_PLAN_DIGEST',
} as const;

/** Longest result of a step; longer lists are cut. Unit: bytes of UTF-8. */
export const GITOPS_RESULT_BYTES_MAX = 49_152;

/** The exit code of `apply` if the state has changed since the plan. */
export const GITOPS_STALE_EXIT_CODE = 3;

/** A commit, whole. */
export const GitCommit = z
  .string()
  .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a whole commit id: 40 or 64 hex digits');

/** What the directory of an application contains. */
export const GitopsSource = z.enum(['terraform', 'opentofu', 'manifests']);
export type GitopsSource = z.infer<typeof GitopsSource>;

/** A path from the root of a repository; empty for the root. */
export const RepositoryPath = z
  .string()
  .regex(
    /^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))(?!.*\/\/)[^\0\\]*(?<!\/)$/,
    'must be a path within the repository, without `.` and `..`',
  );

/** What a step works with. */
export const GitopsStepSettings = z.strictObject({
  repository: z
    .string()
    .min(1)
    .max(2_048)
    .describe('Address of the repository: https, ssh or file; http only on loopback'),
  revision: z
    .string()
    .regex(/^[A-Za-z0-9][\w./@+-]{0,254}$/, 'must be a branch, a tag or a whole commit id')
    .describe('Branch, tag or whole commit id'),
  path: RepositoryPath.describe('Directory in the repository; empty for its root'),
  source: GitopsSource,
  known_hosts: z.string().optional().describe('Lines of `known_hosts`; SSH needs them'),
  signatures: z
    .strictObject({
      required: z.boolean(),
      allowed_signers: z.string().optional().describe('Lines of an `allowed_signers` file of SSH'),
      gpg_keys: z.string().optional().describe('Public keys of GnuPG, armored'),
    })
    .default({ required: false }),
  last_commit: GitCommit.nullable().describe('Commit of the last sync; null for the first one'),
  rewind: z
    .boolean()
    .default(false)
    .describe('An earlier commit is meant, as in a rollback: it need not descend from the last'),
  protected_paths: z.array(z.string()).default([]).describe('Globs; `**` matches any directories'),
  providers: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe('Accepted providers: hashes of lock files (h1:…) by source address'),
  programs: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe('Whether a configuration may run programs: provisioners, the provider external'),
  state: ResourceName.optional().describe('Name of the Terraform state on the server'),
  variables: JsonObject.default({}),
  prune: z
    .strictObject({
      allowed: z.boolean(),
      count_max: z.int().min(0).describe('Destroying more resources needs an approval'),
      ratio_max: z.number().min(0).max(1).describe('Destroying a larger share needs an approval'),
    })
    .default({ allowed: false, count_max: 0, ratio_max: 0 }),
  plan_digest: z.string().optional().describe('Digest of the approved plan, for `apply`'),
});
export type GitopsStepSettings = z.infer<typeof GitopsStepSettings>;

/** A list that was cut to fit. */
function cut<Item extends z.ZodType>(item: Item) {
  return z.looseObject({
    items: z.array(item),
    total: z.int().describe('Number of items, those that were left out included'),
  });
}

/** Result of `fetch`. */
export const GitopsFetchResult = z.looseObject({
  commit: GitCommit,
  subject: z.string(),
  author: z.string(),
  committed_at: z.string(),
  signed_by: z.string().nullable().describe('Signer that was verified; null: none'),
  changed: z.boolean().describe('Whether anything that the application uses has changed'),
  protected: cut(z.string()).describe(
    'Protected paths that have changed; all of them without a last commit',
  ),
  files: cut(z.string()).describe('Files that the application uses'),
});
export type GitopsFetchResult = z.infer<typeof GitopsFetchResult>;

/** A field of a planned change, as a reviewer sees it. */
export const GitopsFieldChange = z.looseObject({
  path: z.string(),
  before: z.string().nullable().describe('JSON, or why it is not shown; null: none'),
  after: z.string().nullable(),
});
export type GitopsFieldChange = z.infer<typeof GitopsFieldChange>;

/** A planned change. */
export const GitopsChange = z.looseObject({
  address: z.string(),
  action: z
    .enum(['create', 'update', 'replace', 'delete', 'forget', 'import', 'move', 'output'])
    .describe('`import` and `move` change nothing but the state, `output` a value of the module'),
  reason: z.string().nullable().describe('Reason that Terraform gives, such as replace_by_request'),
  fields: z.array(GitopsFieldChange),
  node: z.string().nullable().describe('Node of the placement preview'),
  cost_per_hour: z.number().nullable().describe('Cost of the placement preview'),
});
export type GitopsChange = z.infer<typeof GitopsChange>;

/** A warning of the plan, such as what an audited policy would refuse. */
export const GitopsNotice = z.looseObject({
  summary: z.string(),
  detail: z.string(),
  place: z.string().nullable().describe('Address, or file and line'),
});
export type GitopsNotice = z.infer<typeof GitopsNotice>;

/** Numbers of planned changes. */
export const GitopsPlanCounts = z.looseObject({
  create: z.int(),
  update: z.int(),
  replace: z.int(),
  delete: z.int(),
  managed: z.int().describe('Resources that exist before the plan'),
});
export type GitopsPlanCounts = z.infer<typeof GitopsPlanCounts>;

/** Result of `plan`. */
export const GitopsPlanResult = z.looseObject({
  digest: z.string().describe('SHA-256 of all changes, sensitive values included'),
  counts: GitopsPlanCounts,
  needs_approval: z.array(z.string()).describe('Reasons why a person has to approve it'),
  summary: z.string().describe('The changes in lines for people, then why they are asked'),
  changes: cut(GitopsChange),
  drift: cut(GitopsChange).describe('What has changed outside of Terraform'),
  notices: cut(GitopsNotice),
  state: z
    .looseObject({ serial: z.int().nullable(), lineage: z.string().nullable() })
    .nullable()
    .describe('State that was planned against; null for manifests'),
});
export type GitopsPlanResult = z.infer<typeof GitopsPlanResult>;

/** Result of `apply`. */
export const GitopsApplyResult = z.looseObject({
  applied: z.looseObject({ create: z.int(), update: z.int(), delete: z.int() }),
  serial: z.int().nullable().describe('Serial of the state afterwards; null for manifests'),
});
export type GitopsApplyResult = z.infer<typeof GitopsApplyResult>;

/** Result of `verify`. */
export const GitopsVerifyResult = z.looseObject({
  in_sync: z.boolean(),
  out_of_sync: cut(z.string()).describe('Addresses that differ from the configuration'),
  health: z.enum(['healthy', 'progressing', 'degraded']),
  unhealthy: cut(z.looseObject({ resource: z.string(), reason: z.string() })),
  resource_ids: cut(z.string()).describe(
    'VMs and groups of the application, whose health the server watches from now on',
  ),
});
export type GitopsVerifyResult = z.infer<typeof GitopsVerifyResult>;
