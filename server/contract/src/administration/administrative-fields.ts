/**
 * The field tables of administrative objects, from which their Terraform schemas are derived.
 * Changes of fields that no operation updates replace the object.
 */
import { z } from 'zod';
import {
  describeFeatures,
  FeatureFlags,
  type FeatureName,
  featureNames,
  featureRow,
} from '../access/feature.ts';
import { OperationPatterns } from '../access/role.ts';
import { describeQuotas, Purpose, QuotaLimits, Usage } from '../access/tenant.ts';
import { WorkflowKind, WorkflowText } from '../automation/workflow.ts';
import { BUDGET_DEFAULTS, BudgetCreate } from '../cost/budget.ts';
import { PriceListCreate } from '../cost/price-list.ts';
import { GITOPS_DEFAULTS, GitopsApplicationCreate } from '../gitops/application.ts';
import { PolicyId, TenantId, WorkflowId } from '../ids.ts';
import { canonicalJson, isRecord } from '../json.ts';
import { PolicyDataCreate } from '../kinds/policy/policy-data.ts';
import { PolicyWaiverCreate } from '../kinds/policy/policy-violation.ts';
import { ReservationCreate } from '../kinds/reservation/reservation.ts';
import { VM_FIELDS } from '../kinds/vm/vm.ts';
import { computed, type Field, type FieldTable, field } from '../schema/field.ts';
import { PrincipalName, ResourceName, Timestamp } from '../schema/resource.ts';
import type { AdministrativeKind } from './administrative-kinds.ts';

const WORKFLOW_ID = 'wf_01jd3v6t7re3h8z9k2m4n5p6q7';

const APPROVAL = 'apr_01jd3v6t7re3h8z9k2m4n5p6q7';

const MOMENT = '2026-01-01T12:00:00.000Z';

/** A value that never changes once the object exists. */
const steady = (...row: Parameters<typeof computed>): Field => ({
  ...computed(...row),
  follows: [],
});

/** A value that changes without the object: it is left out of states. */
const volatile = (...row: Parameters<typeof computed>): Field => ({
  ...computed(...row),
  volatility: 'volatile',
});

/** A row whose change replaces the object. */
const replaced = ({ inherits: _, ...row }: Field): Field => ({
  ...row,
  effectOf: () => 'replace',
});

const description = field({
  schema: Purpose,
  description: 'Free-form description.',
  presence: 'optional',
  example: 'Models and their data',
});

const created = {
  created_at: steady(Timestamp, 'Time of its creation, RFC 3339 in UTC.', MOMENT),
  created_by: steady(PrincipalName, 'Principal that created it.', 'admin'),
} as const;

const updated = {
  updated_at: volatile(Timestamp, 'Time of the last change, RFC 3339 in UTC.', MOMENT),
  updated_by: volatile(PrincipalName, 'Principal that made the last change.', 'admin'),
} as const;

const TENANT: FieldTable = {
  name: field({
    schema: ResourceName,
    description: 'Name of the tenant, unique.',
    presence: 'required',
    example: 'research',
  }),
  description,
  quotas: field({
    schema: QuotaLimits,
    description:
      'Limits of the tenant by name. One that is absent or null is not limited. Names: ' +
      `${describeQuotas()}.`,
    presence: 'optional',
    canonical: limitsIn,
    example: { vms: 20 },
  }),
  features: field({
    schema: FeatureFlags,
    description:
      'Features by name that differ from their defaults. One that is absent or null has its ' +
      `default. Names: ${describeFeatures()}.`,
    presence: 'optional',
    canonical: overridesIn,
    example: { graphql: false },
  }),
  platform: steady(
    z.boolean(),
    'Whether it is the first tenant, whose administrators operate NovaCron. It cannot be deleted.',
    false,
  ),
  usage: volatile(Usage, 'Usage per quota, including what running operations reserve.', { vms: 1 }),
  ...created,
  ...updated,
};

const ROLE: FieldTable = {
  name: replaced(
    field({
      schema: ResourceName,
      description: 'Name of the role, unique within the tenant.',
      presence: 'required',
      example: 'deployer',
    }),
  ),
  description,
  operations: field({
    schema: OperationPatterns,
    description:
      'Permitted operations: names such as `vm.create`, or patterns such as `vm.*` and `*.get`.',
    presence: 'required',
    collection: 'set',
    example: ['vm.*', '*.get'],
  }),
  built_in: volatile(z.boolean(), 'Whether every tenant has it: admin, operator, viewer.', false),
  allowed: volatile(
    z.array(z.string()),
    'Operations of the release of the server that match the patterns.',
    ['vm.create'],
  ),
  ...created,
  ...updated,
  created_at: steady(
    Timestamp.nullable(),
    'Time of its creation, RFC 3339 in UTC; null for built-in roles.',
    MOMENT,
  ),
  updated_at: volatile(
    Timestamp.nullable(),
    'Time of the last change, RFC 3339 in UTC; null for built-in roles.',
    MOMENT,
  ),
};

const { metadata, anti_affinity, placement, requirements } = VM_FIELDS;
const { cpu_cores, memory_gb, disk_gb } = VM_FIELDS;

const SIZES = {
  cpu_cores: 'Number of virtual CPU cores.',
  memory_gb: 'Memory, in steps of 0.0625 (64 MiB).',
  disk_gb: 'Size of the root disk.',
} as const;

const RESERVATION: FieldTable = {
  name: replaced(
    field({
      schema: ResourceName,
      description: 'Name of the reservation, unique within the tenant.',
      presence: 'required',
      example: 'release-day',
    }),
  ),
  cpu_cores: replaced({ ...cpu_cores, description: SIZES.cpu_cores }),
  memory_gb: replaced({ ...memory_gb, description: SIZES.memory_gb }),
  disk_gb: replaced({ ...disk_gb, description: SIZES.disk_gb }),
  ttl_seconds: replaced(
    field({
      schema: ReservationCreate.shape.ttl_seconds,
      description:
        'Duration of the reservation from its creation; after that it is gone. Unit: seconds.',
      presence: 'required',
      example: 86_400,
    }),
  ),
  metadata: replaced({
    ...metadata,
    description: 'Labels that placement rules of VMs select. The provider adds no default labels.',
  }),
  anti_affinity: replaced(anti_affinity),
  placement: replaced({ ...placement, description: 'Placement rules of the VM to come.' }),
  requirements: replaced({
    ...requirements,
    description: 'Requirements of the future VM on its node beyond CPU, memory and disk.',
  }),
  node: steady(z.string(), 'Name of the node.', 'node-1'),
  node_id: steady(z.string(), 'Id of the node.', 'node_01jd3v6t7re3h8z9k2m4n5p6q7'),
  deadline: steady(Timestamp, 'Time at which it expires, RFC 3339 in UTC.', MOMENT),
  ...created,
};

const waiverLine = (schema: Field['schema'], words: string, example: string): Field =>
  replaced(field({ schema, description: words, presence: 'required', example }));

const POLICY_WAIVER: FieldTable = {
  policy_id: replaced(
    field({
      schema: PolicyId,
      description: 'Id of the policy that is waived; alternatively set `check`.',
      presence: 'optional',
      references: 'policy',
      example: 'pol_01jd3v6t7re3h8z9k2m4n5p6q7',
    }),
  ),
  check: replaced(
    field({
      schema: PolicyWaiverCreate.shape.check.unwrap(),
      description: 'Compliance check that is waived, such as `NC-VM-017`.',
      presence: 'optional',
      example: 'NC-VM-017',
    }),
  ),
  resource_kind: waiverLine(
    PolicyWaiverCreate.shape.resource_kind,
    'Kind of the resource, such as `vm`.',
    'vm',
  ),
  resource_name: waiverLine(
    PolicyWaiverCreate.shape.resource_name,
    'Name of the resource; it need not exist yet.',
    'build-01',
  ),
  owner: waiverLine(
    PolicyWaiverCreate.shape.owner,
    'Person who is responsible for the waiver.',
    'ana',
  ),
  reason: waiverLine(PolicyWaiverCreate.shape.reason, 'Reason for the waiver.', 'Migration'),
  compensating_control: replaced(
    field({
      schema: PolicyWaiverCreate.shape.compensating_control.unwrap(),
      description:
        'What limits the risk instead. Required for checks of severity `critical` and `high`.',
      presence: 'optional',
      example: 'No route leads to it',
    }),
  ),
  expires_at: {
    ...waiverLine(
      PolicyWaiverCreate.shape.expires_at,
      'Expiry, RFC 3339; at most 365 days from the creation, 90 for a critical check. An expired ' +
        'waiver has no effect.',
      MOMENT,
    ),
    canonical: inUtc,
  },
  policy: steady(
    z.string(),
    'Name of the policy when the waiver was created, or title of the check.',
    'max-cpu',
  ),
  state: volatile(
    z.string(),
    '`pending` until another person approves it, then `active`, and `expired` in the end.',
    'active',
  ),
  approval_id: volatile(z.string().nullable(), 'Approval that it needs.', APPROVAL),
  approved_by: volatile(z.string().nullable(), 'Person who approved it.', 'ben'),
  renewals: volatile(z.int(), 'How often it was granted before.', 0),
  first_granted_at: volatile(Timestamp.nullable(), 'Time at which it was granted first.', MOMENT),
  ...created,
};

const POLICY_DATA: FieldTable = {
  path: replaced(
    field({
      schema: PolicyDataCreate.shape.path,
      description:
        'Path below `data`, unique within the tenant: policies read the document of ' +
        '`limits.teams` as `data.limits.teams`.',
      presence: 'required',
      example: 'limits.teams',
    }),
  ),
  document: field({
    schema: PolicyDataCreate.shape.document,
    description:
      'The document as JSON text, such as `jsonencode({ web = { cores = 4 } })`. Another ' +
      'spelling of the same value is not a change.',
    presence: 'required',
    canonical: valueIn,
    example: '{"web":{"cores":4}}',
  }),
  version: {
    ...steady(z.int(), 'Version of the document; increases when its value changes.', 1),
    follows: ['document'],
  },
  sha256: volatile(z.string(), 'SHA-256 of the stored JSON text, hexadecimal.', '3b0c44298fc1'),
  size_bytes: volatile(z.int(), 'Size of the stored JSON text. Unit: bytes.', 19),
  ...created,
  ...updated,
};

const WORKFLOW: FieldTable = {
  text: field({
    schema: WorkflowText,
    description:
      'Definition in YAML or JSON, such as `file("restart.yaml")`. Another text is a new ' +
      'version. Another `name` or `kind` in it replaces the workflow. Texts are compared as ' +
      'they are: other spaces or comments are another version, too.',
    presence: 'required',
    example: 'name: restart\nsteps:\n  - { id: pause, wait: 1s }\n',
  }),
  enabled: field({
    schema: z.boolean(),
    description:
      'Whether it may run. Without it a new workflow may, and one that people have disabled ' +
      'stays as it is.',
    presence: 'optional',
    isAssigned: true,
    follows: [],
    example: true,
  }),
  name: steady(z.string(), 'Name in the text, unique within the tenant.', 'restart'),
  kind: steady(WorkflowKind, '`workflow` or `runbook`, as the text says.', 'workflow'),
  version: {
    ...steady(z.int(), 'Version of the text; increases when the text changes.', 1),
    follows: ['text'],
  },
  digest: {
    ...steady(z.string(), 'SHA-256 of the text, hexadecimal.', '3b0c44298fc1'),
    follows: ['text'],
  },
  ...created,
  ...updated,
};

const prices = PriceListCreate.shape;

const price = (
  name: Exclude<keyof typeof prices, 'name' | 'currency'>,
  example: Field['example'],
) =>
  field({
    schema: prices[name].unwrap(),
    description: `${prices[name].description}.`,
    presence: 'optional',
    example,
  });

const PRICE_LIST: FieldTable = {
  name: replaced(
    field({
      schema: ResourceName,
      description: 'Name of the price list, unique.',
      presence: 'required',
      example: 'standard',
    }),
  ),
  currency: replaced(
    field({
      schema: prices.currency,
      description: 'Currency of all prices, an ISO 4217 code; all price lists have one.',
      presence: 'required',
      example: 'EUR',
    }),
  ),
  description,
  valid_from: {
    ...field({
      schema: Timestamp,
      description:
        'Time from which new VMs and changed VMs get these prices, RFC 3339. Default: its ' +
        'creation.',
      presence: 'optional',
      isAssigned: true,
      follows: [],
      example: MOMENT,
    }),
    canonical: inUtc,
  },
  node_classes: price('node_classes', [{ name: 'default', cpu_core: 0.02, memory_gb: 0.005 }]),
  generic: price('generic', { cpu_core: 0.025, memory_gb: 0.006 }),
  instance_types: price('instance_types', {
    types: [{ name: 'm5.large', cpu_cores: 2, memory_gb: 8, on_demand: 0.096 }],
  }),
  volume_gb: price('volume_gb', { ssd: 0.0002 }),
  addresses: price('addresses', [{ name: 'public', price: 0.004 }]),
  snapshot_gb: price('snapshot_gb', 0.0001),
  image_gb: price('image_gb', 0.0001),
  in_force: volatile(z.boolean(), 'Whether new VMs get these prices now.', true),
  ...created,
  ...updated,
};

const limits = BudgetCreate.shape;

const limit = (name: 'hourly_limit' | 'monthly_limit', example: number) =>
  field({
    schema: limits[name].unwrap(),
    description: `${limits[name].description}, in the currency of the price lists.`,
    presence: 'optional',
    example,
  });

const defaulted = (name: keyof typeof BUDGET_DEFAULTS, example: Field['example']) =>
  field({
    schema: limits[name].unwrap(),
    description: `${limits[name].description}.`,
    presence: 'optional',
    default: BUDGET_DEFAULTS[name],
    example,
  });

const BUDGET: FieldTable = {
  name: replaced(
    field({
      schema: ResourceName,
      description: 'Name of the budget, unique.',
      presence: 'required',
      example: 'research',
    }),
  ),
  tenant_id: replaced(
    field({
      schema: TenantId,
      description: "ID of the tenant whose costs it limits. Default: the provider's own tenant.",
      presence: 'optional',
      isAssigned: true,
      follows: [],
      example: 'tnt_01jd3v6t7re3h8z9k2m4n5p6q7',
    }),
  ),
  description,
  hourly_limit: limit('hourly_limit', 500),
  monthly_limit: limit('monthly_limit', 15_000),
  warn_ratio: defaulted('warn_ratio', 0.8),
  alert_ratio: defaulted('alert_ratio', 0.95),
  enforcement: defaulted('enforcement', 'refuse'),
  currency: volatile(
    z.string().nullable(),
    'Currency of all amounts; null without a price list.',
    'EUR',
  ),
  level: volatile(z.string(), 'How much of it is used: ok, warn, alert or exceeded.', 'ok'),
  committed_per_hour: volatile(
    z.number(),
    'Cost per hour of all resources of the tenant, with stopped VMs as if they ran.',
    1.5,
  ),
  spent_this_month: volatile(z.number(), 'Charges since the month began in UTC.', 120),
  projected_this_month: volatile(
    z.number(),
    'Charges of the whole month if `committed_per_hour` is charged until its end.',
    900,
  ),
  ...created,
  ...updated,
};

const application = GitopsApplicationCreate.shape;

const ofApplication = (
  name: keyof typeof application,
  row: Pick<Field, 'presence' | 'example'> & Partial<Pick<Field, 'schema' | 'default'>>,
) => field({ schema: application[name], description: `${application[name].description}.`, ...row });

const preset = (name: keyof typeof GITOPS_DEFAULTS, example: Field['example']) =>
  ofApplication(name, {
    schema: application[name].unwrap(),
    presence: 'optional',
    default: GITOPS_DEFAULTS[name],
    example,
  });

const GITOPS_APPLICATION: FieldTable = {
  name: replaced(
    field({
      schema: ResourceName,
      description: 'Name of the application, unique within the tenant.',
      presence: 'required',
      example: 'web',
    }),
  ),
  description,
  repository: ofApplication('repository', {
    presence: 'required',
    example: 'https://git.example.com/infra.git',
  }),
  path: preset('path', 'environments/production'),
  target_revision: preset('target_revision', 'main'),
  source: preset('source', 'terraform'),
  environment: ofApplication('environment', {
    schema: application.environment.unwrap(),
    presence: 'optional',
    example: 'production',
  }),
  promote_from: ofApplication('promote_from', {
    schema: application.promote_from.unwrap(),
    presence: 'optional',
    example: 'web-staging',
  }),
  run_as: ofApplication('run_as', { presence: 'required', example: 'deployer' }),
  run_on: ofApplication('run_on', {
    schema: application.run_on.unwrap(),
    presence: 'optional',
    example: { purpose: 'gitops' },
  }),
  hosts: ofApplication('hosts', {
    schema: application.hosts.unwrap(),
    presence: 'optional',
    example: ['registry.example.com:443'],
  }),
  credential: ofApplication('credential', {
    schema: application.credential.unwrap(),
    presence: 'optional',
    example: 'git-token',
  }),
  known_hosts: ofApplication('known_hosts', {
    schema: application.known_hosts.unwrap(),
    presence: 'optional',
    example: 'git.example.com ssh-ed25519 AAAA',
  }),
  require_signatures: preset('require_signatures', true),
  allowed_signers: ofApplication('allowed_signers', {
    schema: application.allowed_signers.unwrap(),
    presence: 'optional',
    example: 'ann@example.com ssh-ed25519 AAAA',
  }),
  gpg_keys: ofApplication('gpg_keys', {
    schema: application.gpg_keys.unwrap(),
    presence: 'optional',
    example: '-----BEGIN PGP PUBLIC KEY BLOCK-----',
  }),
  protected_paths: ofApplication('protected_paths', {
    schema: application.protected_paths.unwrap(),
    presence: 'optional',
    example: ['policies/**'],
  }),
  providers: ofApplication('providers', {
    schema: application.providers.unwrap(),
    presence: 'optional',
    example: [{ source: 'registry.terraform.io/hashicorp/random', hashes: ['h1:AbC='] }],
  }),
  programs: preset('programs', 'refuse'),
  state: replaced(
    ofApplication('state', {
      schema: application.state.unwrap(),
      presence: 'optional',
      example: 'web',
    }),
  ),
  variables: ofApplication('variables', {
    schema: application.variables.unwrap(),
    presence: 'optional',
    example: { size: '3' },
  }),
  webhook: ofApplication('webhook', {
    schema: application.webhook.unwrap(),
    presence: 'optional',
    example: 'github',
  }),
  webhook_secrets: ofApplication('webhook_secrets', {
    schema: application.webhook_secrets.unwrap(),
    presence: 'optional',
    example: ['hook'],
  }),
  automatic: preset('automatic', true),
  poll_every: preset('poll_every', '3m'),
  sync_windows: ofApplication('sync_windows', {
    schema: application.sync_windows.unwrap(),
    presence: 'optional',
    example: [{ kind: 'allow', schedule: '0 22 * * *', duration: '8h', timezone: 'Europe/Berlin' }],
  }),
  needs: ofApplication('needs', {
    schema: application.needs.unwrap(),
    presence: 'optional',
    example: ['network'],
  }),
  self_heal: preset('self_heal', false),
  prune: preset('prune', false),
  prune_count_max: preset('prune_count_max', 10),
  prune_ratio_max: preset('prune_ratio_max', 0.1),
  approval: preset('approval', 'always'),
  approvals_required: preset('approvals_required', 1),
  approvers: ofApplication('approvers', {
    schema: application.approvers.unwrap(),
    presence: 'optional',
    example: ['ann'],
  }),
  approval_expires: preset('approval_expires', '24h'),
  before_workflow: ofApplication('before_workflow', {
    schema: application.before_workflow.unwrap(),
    presence: 'optional',
    example: 'check-traffic',
  }),
  after_workflow: ofApplication('after_workflow', {
    schema: application.after_workflow.unwrap(),
    presence: 'optional',
    example: 'smoke-test',
  }),
  failed_workflow: ofApplication('failed_workflow', {
    schema: application.failed_workflow.unwrap(),
    presence: 'optional',
    example: 'call-for-help',
  }),
  workflow_id: steady(
    WorkflowId,
    'ID of the workflow whose executions are its syncs.',
    WORKFLOW_ID,
  ),
  sync_status: volatile(
    z.string(),
    'How far it is: never_synced, synced, out_of_sync, syncing or failed.',
    'synced',
  ),
  health_status: volatile(
    z.string(),
    'State of its resources after the last sync: healthy, progressing, degraded or unknown.',
    'healthy',
  ),
  synced_commit: volatile(z.string().nullable(), 'The commit that was synced last.', 'a1b2c3'),
  resources_synced: volatile(z.int(), 'Number of resources that it manages since then.', 3),
  ...created,
  ...updated,
};

/** The tables by kind. */
export const ADMINISTRATIVE_FIELDS: Readonly<Record<AdministrativeKind, FieldTable>> = {
  tenant: TENANT,
  role: ROLE,
  reservation: RESERVATION,
  policy_waiver: POLICY_WAIVER,
  policy_data: POLICY_DATA,
  workflow: WORKFLOW,
  price_list: PRICE_LIST,
  budget: BUDGET,
  gitops_application: GITOPS_APPLICATION,
};

/** The limits of a value of quotas: null and absent ones are the same. */
function limitsIn(value: unknown): Readonly<Record<string, unknown>> {
  const parts = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(parts.filter(([, part]) => (part ?? null) !== null));
}

/** The features of a value that differ from their defaults. */
function overridesIn(value: unknown): unknown {
  const parts = Object.entries(limitsIn(value));
  const isDefault = (name: string, part: unknown) =>
    featureNames().some((each) => each === name && isOnByDefault(each) === part);
  return Object.fromEntries(parts.filter(([name, part]) => !isDefault(name, part)));
}

function isOnByDefault(name: FeatureName): boolean {
  return featureRow(name).default === 'on';
}

/** A JSON text without spaces, its names in order; any other value as it is. */
function valueIn(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  try {
    return canonicalJson(JSON.parse(text));
  } catch {
    return text;
  }
}

/** The spelling of a moment that servers answer with. */
function inUtc(value: unknown): unknown {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? value : new Date(ms).toISOString();
}
