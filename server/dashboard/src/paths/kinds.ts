/** The pages that lists of one noun have: their address, their columns, their place in the menu. */

/** A noun with pages of its own. */
export interface KindPage {
  /** In the address: `/vms`. */
  readonly slug: string;
  /** In the operations table. */
  readonly noun: string;
  readonly title: string;
  readonly group: 'Now' | 'Place' | 'Automate' | 'Govern' | 'Resources' | 'Admin';
  /** Fields of the rows, the most important first. */
  readonly columns: readonly string[];
  /** Default sort order; the server's order if absent. */
  readonly sort?: string;
  /** Filters of the list that get a control. */
  readonly filters?: readonly string[];
  /** Sentence shown while the list is empty. */
  readonly empty: string;
  /** The field that names one, where it is not `name`. */
  readonly nameField?: string;
  /** One of them is an operation itself, and has none of its own. */
  readonly isOperation?: boolean;
  /** Nothing that is done with one is an operation to follow. */
  readonly hasNoOperations?: boolean;
  /** One of them has no page. */
  readonly hasNoDetail?: boolean;
}

/** All of them, in the order of the menu. */
export const KIND_PAGES: readonly KindPage[] = [
  {
    slug: 'incidents',
    noun: 'incident',
    title: 'Incidents',
    group: 'Now',
    columns: ['state', 'severity', 'summary', 'target', 'vms_down', 'opened_at'],
    filters: ['state', 'severity'],
    empty: 'No failure needs attention. Incidents appear here when nodes or VMs are down.',
    nameField: 'summary',
  },
  {
    slug: 'reservations',
    noun: 'reservation',
    title: 'Reservations',
    group: 'Place',
    columns: ['name', 'node', 'cpu_cores', 'memory_gb', 'disk_gb', 'deadline'],
    empty: 'A reservation holds capacity on a node for a VM that is created later.',
  },
  {
    slug: 'placement-previews',
    noun: 'placement_preview',
    title: 'Placement previews',
    group: 'Place',
    columns: ['name', 'node', 'score', 'deployment', 'created_at'],
    empty: 'Plans of Terraform leave the nodes that they have shown here, until the apply.',
  },
  {
    slug: 'scaling-events',
    noun: 'scaling_event',
    title: 'Scaling events',
    group: 'Place',
    columns: ['at', 'group_id', 'from', 'to', 'policy', 'rule', 'trigger_type', 'operation_id'],
    empty: 'A policy that changes the size of a VM group leaves an event here.',
    nameField: 'at',
    hasNoDetail: true,
  },
  {
    slug: 'autonomous-decisions',
    noun: 'autonomous_decision',
    title: 'Autonomous decisions',
    group: 'Place',
    columns: ['at', 'group', 'action', 'size_from', 'size_to', 'status', 'confidence'],
    filters: ['action', 'status'],
    empty: 'A model that decides the sizes of VM groups leaves its decisions here.',
    nameField: 'group',
    hasNoOperations: true,
  },
  {
    slug: 'models',
    noun: 'model',
    title: 'Models',
    group: 'Place',
    columns: ['name', 'target', 'features', 'latest_version', 'champions', 'updated_at'],
    empty: 'A model learns a metric from others; it acts only while it is better than a rule.',
  },
  {
    slug: 'workflows',
    noun: 'workflow',
    title: 'Workflows',
    group: 'Automate',
    columns: ['name', 'kind', 'enabled', 'version', 'updated_by', 'updated_at'],
    filters: ['kind'],
    empty: 'A workflow or runbook is a text in YAML: steps that create and change resources.',
  },
  {
    slug: 'executions',
    noun: 'execution',
    title: 'Executions',
    group: 'Automate',
    columns: ['workflow', 'version', 'status', 'created_by', 'created_at', 'finished_at'],
    sort: '-created_at',
    empty: 'Each run of a workflow or runbook leaves an execution with its steps here.',
    nameField: 'workflow',
    isOperation: true,
  },
  {
    slug: 'approvals',
    noun: 'approval',
    title: 'Approvals',
    group: 'Automate',
    columns: [
      'subject_name',
      'subject_kind',
      'status',
      'approved',
      'required',
      'message',
      'expires_at',
    ],
    sort: '-created_at',
    filters: ['status', 'subject_kind'],
    empty: 'What asks people, such as a step of a workflow, waits here until enough have voted.',
    nameField: 'subject_name',
  },
  {
    slug: 'violations',
    noun: 'policy_violation',
    title: 'Violations',
    group: 'Govern',
    columns: ['state', 'policy', 'resource_kind', 'resource_name', 'mode', 'opened_at'],
    filters: ['state'],
    empty: 'Every existing resource complies with the policies.',
    nameField: 'resource_name',
  },
  {
    slug: 'waivers',
    noun: 'policy_waiver',
    title: 'Waivers',
    group: 'Govern',
    columns: ['policy', 'resource_kind', 'resource_name', 'owner', 'state', 'expires_at'],
    filters: ['state'],
    empty: 'A waiver exempts one resource from one policy or check until a date.',
    nameField: 'resource_name',
  },
  {
    slug: 'compliance-findings',
    noun: 'compliance_finding',
    title: 'Compliance findings',
    group: 'Govern',
    columns: ['state', 'severity', 'check', 'subject_name', 'reason', 'first_seen_at'],
    filters: ['state', 'severity', 'check'],
    empty: 'What fails a check of compliance appears here, and stays after it is resolved.',
    nameField: 'subject_name',
    hasNoOperations: true,
  },
  {
    slug: 'decisions',
    noun: 'policy_decision',
    title: 'Policy decisions',
    group: 'Govern',
    columns: ['at', 'allowed', 'operation', 'resource_name', 'user_id', 'duration_ms'],
    filters: ['outcome'],
    empty: 'Each write that policies have judged leaves its decision here.',
    nameField: 'operation',
  },
  {
    slug: 'policy-data',
    noun: 'policy_data',
    title: 'Policy data',
    group: 'Govern',
    columns: ['path', 'version', 'size_bytes', 'created_by', 'created_at'],
    empty: 'A data document is JSON that policies read below data, such as a list of owners.',
    nameField: 'path',
  },
  {
    slug: 'gitops-applications',
    noun: 'gitops_application',
    title: 'GitOps applications',
    group: 'Automate',
    columns: [
      'name',
      'environment',
      'sync_status',
      'health_status',
      'target_revision',
      'synced_commit',
      'synced_at',
    ],
    empty: 'A GitOps application syncs a directory of a Git repository with what runs.',
  },
  {
    slug: 'price-lists',
    noun: 'price_list',
    title: 'Price lists',
    group: 'Govern',
    columns: ['name', 'currency', 'valid_from', 'in_force', 'updated_by', 'updated_at'],
    empty: 'A price list says what VMs, volumes, snapshots and images cost per hour.',
  },
  {
    slug: 'budgets',
    noun: 'budget',
    title: 'Budgets',
    group: 'Govern',
    columns: [
      'name',
      'level',
      'hourly_limit',
      'committed_per_hour',
      'monthly_limit',
      'spent_this_month',
    ],
    empty: 'A budget limits what the resources of a tenant cost.',
  },
  {
    slug: 'policy-authors',
    noun: 'policy_author',
    title: 'Policy authors',
    group: 'Govern',
    columns: ['name', 'public_key', 'created_by', 'created_at'],
    empty: 'Keys that are stored here are trusted to sign policies.',
    hasNoDetail: true,
  },
  {
    slug: 'policy-signing-keys',
    noun: 'policy_signing_key',
    title: 'Policy signing keys',
    group: 'Govern',
    columns: ['id', 'state', 'public_key', 'created_at', 'retired_at'],
    empty: 'The server has signed no policy so far.',
    nameField: 'id',
    hasNoDetail: true,
  },
  {
    slug: 'orchestration-policies',
    noun: 'orchestration_policy',
    title: 'Orchestration policies',
    group: 'Govern',
    columns: ['name', 'namespace', 'priority', 'enabled', 'version', 'created_at'],
    empty: 'Orchestration policies place, scale and heal VMs by rules that you write.',
  },
  {
    slug: 'audit',
    noun: 'audit',
    title: 'Audit log',
    group: 'Govern',
    columns: ['at', 'principal', 'client', 'operation', 'resource_name', 'outcome', 'changes'],
    filters: ['resource_kind'],
    empty: 'Each write leaves an entry here: who, what, from where and with which result.',
    nameField: 'operation',
    hasNoDetail: true,
  },
  {
    slug: 'vms',
    noun: 'vm',
    title: 'VMs',
    group: 'Resources',
    columns: [
      'name',
      'status',
      'node',
      'cpu_cores',
      'memory_gb',
      'disk_gb',
      'ip_address',
      'cost_per_hour',
      'created_at',
    ],
    filters: ['status'],
    empty: 'Create the first VM here, or apply a Terraform configuration.',
  },
  {
    slug: 'groups',
    noun: 'vm_group',
    title: 'VM groups',
    group: 'Resources',
    columns: ['name', 'status', 'ready_size', 'size', 'min_size', 'max_size', 'created_at'],
    empty: 'A group is a number of identical VMs that scales.',
  },
  {
    slug: 'networks',
    noun: 'network',
    title: 'Networks',
    group: 'Resources',
    columns: ['name', 'cidr', 'dns_servers', 'vm_count', 'created_at'],
    empty: 'VMs get their addresses from a network. Create one before the first VM.',
  },
  {
    slug: 'security-groups',
    noun: 'security_group',
    title: 'Security groups',
    group: 'Resources',
    columns: ['name', 'description', 'rules', 'vm_count', 'created_at'],
    empty: 'A security group is a list of firewall rules that several VMs share.',
  },
  {
    slug: 'volumes',
    noun: 'volume',
    title: 'Volumes',
    group: 'Resources',
    columns: ['name', 'status', 'size_gb', 'type', 'attached_to', 'node', 'created_at'],
    filters: ['status', 'type'],
    empty: 'A volume is a disk that outlives the VM that it is attached to.',
  },
  {
    slug: 'snapshots',
    noun: 'snapshot',
    title: 'Snapshots',
    group: 'Resources',
    columns: ['name', 'status', 'size_gb', 'volume_id', 'node', 'created_at'],
    filters: ['status'],
    empty: 'A snapshot is a copy of a volume at one point in time.',
  },
  {
    slug: 'templates',
    noun: 'template',
    title: 'Templates',
    group: 'Resources',
    columns: ['name', 'version', 'os', 'os_version', 'architecture', 'vm_count', 'created_at'],
    empty: 'A template is an image with default sizes that VMs are made from.',
  },
  {
    slug: 'ssh-keys',
    noun: 'ssh_key',
    title: 'SSH keys',
    group: 'Resources',
    columns: ['name', 'key_type', 'fingerprint', 'created_by', 'created_at'],
    empty: 'Keys that are stored here can be given to VMs by their name.',
  },
  {
    slug: 'terraform-states',
    noun: 'terraform_state',
    title: 'Terraform states',
    group: 'Resources',
    columns: ['name', 'version', 'serial', 'lock', 'updated_by', 'updated_at'],
    empty: 'A state of Terraform or OpenTofu that uses the backend http of this server.',
    hasNoOperations: true,
  },
  {
    slug: 'tenants',
    noun: 'tenant',
    title: 'Tenants and quotas',
    group: 'Admin',
    columns: ['name', 'description', 'usage', 'created_at'],
    empty: 'A tenant has resources, keys and quotas of its own.',
  },
  {
    slug: 'api-keys',
    noun: 'api_key',
    title: 'API keys',
    group: 'Admin',
    columns: ['name', 'role', 'prefix', 'expires_at', 'last_used_at', 'created_by', 'created_at'],
    empty: 'Programs and people sign in with API keys.',
    hasNoDetail: true,
  },
  {
    slug: 'roles',
    noun: 'role',
    title: 'Roles',
    group: 'Admin',
    columns: ['name', 'built_in', 'operations', 'description'],
    empty: 'A role is a list of operations that its keys may call.',
  },
  {
    slug: 'secrets',
    noun: 'secret',
    title: 'Secrets',
    group: 'Admin',
    columns: ['name', 'version', 'description', 'updated_by', 'updated_at'],
    empty: 'A secret is a value that automation uses and no page shows.',
    hasNoDetail: true,
  },
  {
    slug: 'notification-channels',
    noun: 'notification_channel',
    title: 'Notification channels',
    group: 'Admin',
    columns: ['name', 'type', 'last_delivered_at', 'description', 'updated_by', 'updated_at'],
    filters: ['type'],
    empty: 'A notification channel is where workflows send messages to people.',
  },
  {
    slug: 'enrollments',
    noun: 'enrollment',
    title: 'Enrollments',
    group: 'Admin',
    columns: ['id', 'node', 'runner', 'status', 'expires_at', 'certificate_expires_at'],
    filters: ['status'],
    empty: 'An enrollment lets the agent of a new node, or a runner, join the fleet.',
    nameField: 'id',
    hasNoDetail: true,
  },
  {
    slug: 'runners',
    noun: 'runner',
    title: 'Runners',
    group: 'Admin',
    columns: ['name', 'status', 'running', 'places', 'labels', 'network', 'last_seen_at'],
    empty:
      'A runner is a process that runs the commands of your workflows: novacron runner --help.',
  },
  {
    slug: 'sealing-keys',
    noun: 'sealing_key',
    title: 'Sealing keys',
    group: 'Admin',
    columns: ['id', 'state', 'presence', 'rows_sealed_anew'],
    filters: ['state', 'presence'],
    empty: 'No key encrypts secrets in this store.',
    nameField: 'id',
    hasNoDetail: true,
  },
  {
    slug: 'reconcilers',
    noun: 'reconciler',
    title: 'Reconcilers',
    group: 'Admin',
    columns: ['name', 'state', 'rounds', 'failures_in_a_row', 'last_started_at', 'next_at'],
    filters: ['state'],
    empty: 'No reconciler runs on this server.',
    hasNoDetail: true,
  },
];

/** The pages of a noun; undefined where it has none. */
function kindPageOf(noun: string): KindPage | undefined {
  return KIND_PAGES.find((kind) => kind.noun === noun);
}

/** The address of one resource, or undefined where its noun has no such page. */
export function pathOfResource(noun: string, id: string): string | undefined {
  const path = encodeURIComponent(id);
  if (noun === 'operation') return `/operations/${path}`;
  if (noun === 'node') return `/fleet/${path}`;
  if (noun === 'placement_decision') return `/placement-decisions/${path}`;
  if (noun === 'policy') return `/policies/${path}`;
  if (noun === 'recommendation') return `/recommendations/${path}`;
  const kind = kindPageOf(noun);
  return kind === undefined || kind.hasNoDetail ? undefined : `/${kind.slug}/${path}`;
}
