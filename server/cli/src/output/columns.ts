/** Columns of lists. Headers are the fields' own names. */
import type { Fields } from './fields.ts';
import { readPath } from './read-path.ts';

/** One column of a list. */
export interface Column {
  readonly header: string;
  readonly read: (item: Fields) => unknown;
  /** `age`: a moment, shown as the time since then. */
  readonly kind?: 'age';
  /** The field that an age is of. */
  readonly field?: string;
  /** `some`: it is left out of a list in which no item has a value. */
  readonly shownFor?: 'some';
}

/** Moments that are shown as the age of an item. */
const AGES: ReadonlySet<string> = new Set(['created_at', 'opened_at']);

const named = (...names: readonly string[]): readonly Column[] =>
  names.map((name) =>
    AGES.has(name)
      ? { header: 'AGE', read: (item) => item[name], kind: 'age', field: name }
      : { header: name.toUpperCase(), read: (item) => item[name] },
  );

/** Shows the allocated share of a capacity: `12/64`. */
const used = (name: string): Column => ({
  header: name.toUpperCase(),
  read: (item) => `${memberOf(item.allocated, name)}/${memberOf(item.capacity, name)}`,
});

/** Shows the used share of a quota: `3/10`, or `3/-` without a limit. */
const quota = (name: string): Column => ({
  header: name.toUpperCase(),
  read: (item) => `${memberOf(item.usage, name)}/${memberOf(item.quotas, name) ?? '-'}`,
});

/** A size that is configured, and the one that healing has given the VM instead: `2 (4)`. */
const grown = (name: string): Column => ({
  header: name.toUpperCase(),
  read: (item) => {
    const given = item[`grown_${name}`];
    return typeof given === 'number' ? `${String(item[name])} (${given})` : item[name];
  },
});

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  vm: [
    ...named('name', 'status', 'node'),
    grown('cpu_cores'),
    grown('memory_gb'),
    ...named('disk_gb', 'ip_address', 'cost_per_hour'),
    { header: 'HEALING', read: healingOf },
    ...named('created_at', 'id'),
  ],
  vm_group: named(
    'name',
    'status',
    'ready_size',
    'size',
    'min_size',
    'max_size',
    'desired_size',
    'created_at',
    'id',
  ),
  network: named('name', 'cidr', 'dns_servers', 'vm_count', 'created_at', 'id'),
  security_group: [
    ...named('name'),
    { header: 'RULES', read: ({ rules }) => (Array.isArray(rules) ? rules.length : 0) },
    ...named('vm_count', 'description', 'created_at', 'id'),
  ],
  ssh_key: named('name', 'key_type', 'fingerprint', 'created_by', 'created_at', 'id'),
  volume: named('name', 'status', 'size_gb', 'type', 'attached_to', 'created_at', 'id'),
  snapshot: named('name', 'status', 'size_gb', 'volume_id', 'node', 'created_at', 'id'),
  policy: named('name', 'type', 'enforcement_mode', 'enabled', 'version', 'created_at', 'id'),
  execution: named(
    'workflow',
    'kind',
    'version',
    'status',
    'created_by',
    'created_at',
    'finished_at',
    'id',
  ),
  runner: [
    ...named('name', 'status'),
    { header: 'LABELS', read: ({ labels }) => listLabels(labels) },
    ...named('network', 'running', 'places', 'version', 'last_seen_at', 'id'),
  ],
  approval: named(
    'subject_kind',
    'subject_name',
    'status',
    'approved',
    'required',
    'message',
    'expires_at',
    'id',
  ),
  workflow: named(
    'name',
    'kind',
    'enabled',
    'version',
    'updated_at',
    'updated_by',
    'created_at',
    'id',
  ),
  'workflow.versions': named('version', 'digest', 'created_at', 'created_by'),
  orchestration_policy: named('name', 'namespace', 'priority', 'enabled', 'version', 'id'),
  'orchestration_policy.versions': named('version', 'created_at', 'created_by'),
  'policy.versions': named('version', 'state', 'active_from', 'created_at', 'created_by', 'sha256'),
  autonomous_decision: [
    ...named('at', 'group', 'action', 'size_from', 'size_to'),
    { header: 'COST_PER_HOUR', read: (item) => readPath(item, 'expected_impact.cost_per_hour') },
    ...named('status', 'confidence', 'id'),
  ],
  scaling_event: named(
    'at',
    'group_id',
    'from',
    'to',
    'outcome',
    'trigger_type',
    'policy',
    'rule',
    'limited_by',
    'id',
  ),
  scaled_group: named(
    'group',
    'mode',
    'size',
    'next_size',
    'limited_by',
    'forecast_model',
    'decided_at',
  ),
  group_alternative: named(
    'score',
    'size',
    'cpu_cores',
    'memory_gb',
    'spot_size',
    'cost_per_hour',
    'peak_usage',
    'risk',
    'changes',
  ),
  scaling_hold: named('group', 'direction', 'reason', 'held_by', 'held_at', 'until'),
  scaling_rule: named(
    'kind',
    'metric',
    'value',
    'size_measured',
    'size_to_grow',
    'size_to_shrink',
    'state',
    'forecast',
  ),
  policy_decision: named(
    'at',
    'allowed',
    'operation',
    'resource_name',
    'user_id',
    'moment',
    'duration_ms',
    'id',
  ),
  effective_policy: named(
    'name',
    'type',
    'enforcement_mode',
    'scope',
    'from',
    'decides',
    'explanation',
  ),
  policy_preview_change: named(
    'effect',
    'source',
    'operation',
    'resource_name',
    'user_id',
    'count',
    'message',
  ),
  policy_preview_kind: named(
    'source',
    'kind',
    'judged',
    'newly_refused',
    'newly_allowed',
    'newly_warned',
  ),
  verdict: named('policy', 'version', 'mode', 'outcome', 'reasons', 'warnings', 'rule_path'),
  policy_violation: named(
    'state',
    'policy',
    'resource_kind',
    'resource_name',
    'mode',
    'opened_at',
    'id',
  ),
  compliance_check: named(
    'id',
    'severity',
    'passed',
    'failed',
    'unknown',
    'not_applicable',
    'passed_time_ratio',
    'title',
  ),
  compliance_requirement: named('id', 'assessable', 'state', 'passed_time_ratio', 'checks'),
  compliance_attestation: named(
    'standard',
    'requirement',
    'statement',
    'valid_until',
    'created_by',
    'id',
  ),
  compliance_segment: [
    { header: 'FIRST_DAY', read: (item) => readPath(item, 'points.0.day') },
    { header: 'DAYS', read: ({ points }) => (Array.isArray(points) ? points.length : 0) },
    { header: 'COMPLIANCE_SCORES', read: (item) => readPath(item, 'points.compliance_score') },
  ],
  compliance_change: named(
    'before',
    'after',
    'severity',
    'check',
    'subject_kind',
    'subject_name',
    'at',
    'title',
  ),
  compliance_standard: named(
    'standard',
    'compliance_score',
    'open_violations',
    'critical_violations',
    'requirements_settled',
    'requirements_evidence_only',
    'requirements_no_facts',
  ),
  compliance_finding: named(
    'state',
    'severity',
    'check',
    'subject_kind',
    'subject_name',
    'reason',
    'opened_at',
    'id',
  ),
  snapshot_export: named('name', 'volume_name', 'size_gb', 'bytes', 'sha256', 'expires_at'),
  healing_hold: named('scope', 'reason', 'held_by', 'held_at', 'until'),
  automation_hold: named('scope', 'reason', 'held_by', 'held_at', 'until'),
  waiting_intent: named('class', 'operation', 'target', 'since', 'reason', 'held_by'),
  healing_cause: named(
    'cause',
    'incidents',
    'healed_without_people',
    'vm_recoveries',
    'mttr_seconds',
    'mttr_p95_seconds',
  ),
  healing_period: named(
    'since',
    'until',
    'availability',
    'incidents',
    'healed_without_people',
    'vm_recoveries',
    'mttr_seconds',
    'mttr_p95_seconds',
  ),
  vm_down: named('vm', 'times_down', 'down_seconds', 'is_down', 'vm_id'),
  incident_member: named('vm', 'node', 'down_at', 'up_at', 'vm_id'),
  incident_step: named('at', 'what', 'by', 'operation_id'),
  metric: named('name', 'unit', 'source', 'latest_value', 'latest_at'),
  'metric.watches': named('name', 'target', 'threshold', 'severity', 'rows', 'scored_to'),
  alert: [
    ...named('state', 'severity', 'policy'),
    { header: 'METRIC', read: ({ metric }) => metric, shownFor: 'some' },
    ...named('target', 'message', 'count', 'last_seen_at', 'id'),
  ],
  incident: named('state', 'severity', 'target', 'summary', 'opened_at', 'id'),
  policy_data: named('path', 'version', 'size_bytes', 'updated_at', 'updated_by', 'id'),
  policy_data_version: named('version', 'size_bytes', 'sha256', 'created_at', 'created_by'),
  policy_author: named('name', 'public_key', 'created_at', 'created_by', 'id'),
  policy_signing_key: named('public_key', 'state', 'created_at', 'retired_at', 'id'),
  policy_waiver: named(
    'policy',
    'resource_kind',
    'resource_name',
    'owner',
    'expires_at',
    'state',
    'approval_id',
    'id',
  ),
  placement_decision: named(
    'vm',
    'node',
    'purpose',
    'score',
    'margin',
    'confidence',
    'outcome',
    'created_at',
    'id',
  ),
  placement_candidate: [
    ...named('node', 'score'),
    { header: 'SCORES', read: ({ scores }) => listLabels(scores) },
  ],
  placement_refusal: [
    { header: 'NODES', read: ({ nodes }) => nodes },
    { header: 'WHY NOT THERE', read: ({ words }) => words },
    { header: 'FOR EXAMPLE', read: exampleOf },
  ],
  placement_preview: named('name', 'node', 'score', 'deployment', 'id'),
  template: [
    ...named('name', 'version', 'image', 'os', 'os_version', 'architecture', 'disk_gb_min'),
    ...named('vm_count', 'id'),
  ],
  node: [
    ...named('name', 'zone', 'rack', 'status', 'control_plane', 'vm_count'),
    used('cpu_cores'),
    used('memory_gb'),
    used('disk_gb'),
    { header: 'LABELS', read: ({ facts }) => listLabels(memberOf(facts, 'labels')) },
    {
      header: 'SUSPECTED',
      read: ({ suspected }) => memberOf(suspected, 'reason'),
      shownFor: 'some',
    },
    ...named('id'),
  ],
  budget: named(
    'name',
    'hourly_limit',
    'committed_per_hour',
    'monthly_limit',
    'spent_this_month',
    'currency',
    'enforcement',
    'level',
    'id',
  ),
  gitops_application: named(
    'name',
    'environment',
    'target_revision',
    'sync_status',
    'health_status',
    'synced_commit',
    'synced_at',
    'id',
  ),
  terraform_state: [
    ...named('name', 'version', 'serial'),
    { header: 'LOCKED BY', read: ({ lock }) => memberOf(lock, 'who') },
    ...named('updated_at', 'updated_by', 'id'),
  ],
  model: [
    ...named('name', 'target', 'latest_version'),
    { header: 'PRODUCTION', read: ({ champions }) => memberOf(champions, 'production') },
    { header: 'ACTS', read: ({ drift }) => memberOf(drift, 'acts'), shownFor: 'some' },
    { header: 'TRIAL', read: ({ trial }) => memberOf(trial, 'state'), shownFor: 'some' },
    ...named('updated_at', 'id'),
  ],
  'model.forecasts': [
    ...named('metric', 'target_id', 'step_seconds', 'version', 'reason', 'selection'),
    ...named('accuracy_ratio', 'mase', 'rule', 'rule_mase', 'improvement', 'selected_at'),
  ],
  'model.versions': [
    ...named('version', 'state', 'environments'),
    { header: 'MAE', read: ({ scores }) => memberOf(scores, 'mae') },
    { header: 'R2', read: ({ scores }) => memberOf(scores, 'r2') },
    { header: 'IMPROVEMENT', read: ({ scores }) => memberOf(scores, 'improvement') },
    ...named('created_at', 'created_by', 'reason'),
  ],
  price_list: named('name', 'currency', 'valid_from', 'in_force', 'updated_at', 'updated_by', 'id'),
  reservation: named('name', 'node', 'cpu_cores', 'memory_gb', 'disk_gb', 'deadline', 'id'),
  placed: [
    ...named('name'),
    { header: 'NODE', read: ({ decision }) => memberOf(decision, 'target_node') },
    { header: 'SCORE', read: ({ decision }) => memberOf(decision, 'score') },
  ],
  change: named('address', 'change', 'attributes'),
  move: named('vm', 'from', 'to', 'manner', 'memory_gb', 'imbalance_after', 'vm_id'),
  left: named('vm', 'why', 'vm_id'),
  operation: named(
    'kind',
    'target_name',
    'status',
    'progress_percent',
    'created_by',
    'created_at',
    'id',
  ),
  role: [
    ...named('name', 'built_in'),
    { header: 'OPERATIONS', read: ({ operations }) => shortList(operations) },
    ...named('description', 'id'),
  ],
  notification_channel: named('name', 'type', 'last_delivered_at', 'description', 'id'),
  secret: named('name', 'version', 'description', 'updated_at', 'updated_by', 'id'),
  'terraform_state.versions': named(
    'version',
    'serial',
    'resources',
    'bytes',
    'restored_from',
    'created_at',
    'created_by',
  ),
  'secret.versions': named('version', 'state', 'created_at', 'created_by', 'deleted_at'),
  tenant: [
    ...named('name'),
    ...(['vms', 'cpu_cores', 'memory_gb', 'volume_gb'] as const).map(quota),
    ...named('description', 'id'),
  ],
  api_key: [
    ...named('name', 'role', 'prefix', 'expires_at', 'last_used_at'),
    ...named('created_by', 'created_at', 'id'),
  ],
  argocd_revision: named('id', 'revision', 'target_revision', 'deployed_at'),
  argocd_resource: named('kind', 'name', 'namespace', 'health_status', 'parent'),
  session: named('principal', 'method', 'client_address', 'last_used_at', 'expires_at', 'id'),
  enrollment: [
    ...named('node', 'runner', 'status', 'expires_at', 'enrolled_at'),
    ...named('certificate_expires_at', 'id'),
  ],
  backup: named(
    'id',
    'started_at',
    'restorable_until',
    'moments',
    'size_bytes',
    'verification',
    'verified_at',
  ),
  sealing_key: [
    ...named('id', 'state', 'presence'),
    { header: 'ROWS_REENCRYPTED', read: ({ rows_sealed_anew: rows }) => rows },
    ...named('tables_left', 'place'),
  ],
  optimizer: named(
    'id',
    'title',
    'target',
    'estimated_improvement',
    'confidence',
    'state',
    'needs_approval',
  ),
  reconciler: named('name', 'state', 'rounds', 'failures_in_a_row', 'last_started_at', 'next_at'),
  event: named('position', 'at', 'type', 'target', 'priority', 'source'),
  audit: [
    ...named('at', 'principal', 'client', 'operation', 'resource_name'),
    {
      header: 'OUTCOME',
      read: ({ outcome, damaged }) =>
        damaged === undefined ? outcome : `${outcome}, entry damaged`,
    },
    ...named('request_id'),
  ],
  unmanaged: named('resource_kind', 'resource_name', 'created_by', 'created_at', 'resource_id'),
  missing: named('address', 'resource_id', 'file'),
  profile: named('profile', 'in_use', 'endpoint'),
  setting: named('setting', 'value', 'source'),
  server_setting: named('setting', 'value', 'range', 'source'),
  bulk_vm: named('outcome', 'vm', 'vm_id'),
  remediated: [
    ...named('outcome', 'action', 'severity', 'resource_kind', 'resource_name'),
    {
      header: 'OPERATION',
      read: ({ operation }) => memberOf(operation, 'id'),
    },
  ],
  drift: [
    ...named('severity', 'resource_kind', 'resource_name'),
    { header: 'FIELDS', read: changedFields },
    { header: 'BY', read: latestCause },
    { header: 'AT', read: (item) => memberOf(firstOf(item.causes), 'at') },
    ...named('deployment'),
  ],
};

/** More columns, in `--output wide`, by noun. */
const MORE_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  vm: [
    ...named('priority', 'standby_node', 'created_by'),
    { header: 'LABELS', read: ({ metadata }) => listLabels(metadata) },
  ],
  vm_group: named('spread', 'max_unavailable', 'created_by'),
  network: named('type', 'zone', 'created_by'),
  volume: named('node', 'storage', 'created_by'),
  snapshot: named('created_by', 'description'),
  policy: named('namespace', 'created_by', 'description'),
  node: named('driver', 'address', 'last_heartbeat_at'),
  operation: named('target_kind', 'target_id', 'finished_at'),
  alert: named('rule', 'first_seen_at', 'acknowledged_by', 'note', 'silenced_until'),
  incident: named('cause', 'target_kind', 'vms_down', 'vms_affected', 'acknowledged_by'),
  event: named('id', 'data'),
};

/** The columns that `--output wide` adds to those of a list. */
export function moreColumnsOf(noun: string, items: readonly Fields[]): readonly Column[] {
  return (MORE_COLUMNS[noun] ?? []).filter(({ read }) =>
    items.some((item) => read(item) !== undefined),
  );
}

/** Whether a list has columns of its own: of an operation, where its noun has others. */
export function hasColumns(noun: string): boolean {
  return Object.hasOwn(COLUMNS, noun);
}

/** The moment that the column AGE of a noun is of; undefined where it has none. */
export function ageFieldOf(noun: string): string | undefined {
  return COLUMNS[noun]?.find(({ kind }) => kind === 'age')?.field;
}

/** The headers that a noun has by its choice of columns. */
export function headersOf(noun: string): readonly string[] {
  const columns = [...(COLUMNS[noun] ?? []), ...(MORE_COLUMNS[noun] ?? [])];
  return columns.map(({ header }) => header);
}

/** More columns than this are not read as a table any more. */
const COLUMNS_MAX_PLAIN = 7;

/** The columns of a noun; a noun without a choice of its own shows its first plain fields. */
export function columnsOf(noun: string, items: readonly Fields[]): readonly Column[] {
  const chosen = COLUMNS[noun];
  if (chosen !== undefined) {
    return chosen.filter(
      ({ shownFor, read }) =>
        shownFor === undefined || items.some((item) => read(item) !== undefined),
    );
  }
  const plain = Object.entries(items[0] ?? {}).filter(([, value]) => typeof value !== 'object');
  return named(...plain.slice(0, COLUMNS_MAX_PLAIN).map(([name]) => name));
}

/** More words than this are rather read in `show`. */
const WORDS_MAX = 4;

function shortList(value: unknown): string {
  const words = Array.isArray(value) ? value.map(String) : [];
  const more = words.length - WORDS_MAX;
  return [...words.slice(0, WORDS_MAX), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** Labels of a node that has any: `disk=ssd, site=berlin`; null is shown as a dash. */
function listLabels(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  return shortList(Object.entries(value).map(([name, label]) => `${name}=${String(label)}`));
}

/**
 * Describes a VM's healing, or its problem: the reason of an unknown status, `incident`,
 * `unhealthy`, `on-failure, restart`.
 */
function healingOf({ health, healing, incident, status_reason }: Fields): string | undefined {
  if (typeof status_reason === 'string') return status_reason;
  if (typeof incident === 'string') return 'incident';
  if (health === 'unhealthy') return 'unhealthy';
  const [restart, onLoss] = [memberOf(healing, 'restart'), memberOf(healing, 'on_node_loss')];
  const words = [
    ...(typeof restart === 'string' ? [restart] : []),
    ...(typeof onLoss === 'string' && onLoss !== 'wait' ? [`${onLoss} elsewhere`] : []),
    ...(memberOf(healing, 'standby') === true ? ['standby'] : []),
  ];
  return words.length === 0 ? undefined : words.join(', ');
}

/** The first of the nodes that a filter refused, in words. */
function exampleOf({ examples }: Fields): string | undefined {
  const [first]: readonly unknown[] = Array.isArray(examples) ? examples : [];
  const failed = memberOf(first, 'failed');
  if (!Array.isArray(failed)) return undefined;
  const reasons = failed.map((each: unknown) => String(memberOf(each, 'why')));
  return `${String(memberOf(first, 'node'))} ${reasons.join(' and ')}`;
}

function changedFields(record: Fields): string {
  const fields = Array.isArray(record.fields) ? record.fields : [];
  return fields.map((field: unknown) => String(memberOf(field, 'field'))).join(', ');
}

function latestCause(record: Fields): string | null {
  const cause = firstOf(record.causes);
  if (cause === undefined) return null;
  return `${String(memberOf(cause, 'principal'))} (${String(memberOf(cause, 'client'))})`;
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
