/**
 * The one table of metrics. The registry, the exposition text, docs/observability.md and the types
 * of everybody who counts come from it. Names without the prefix `novacron_` are those that the
 * project's first documents gave to dashboards, kept where they mean what is counted here.
 */

import { FLEET_METRICS } from './fleet-metrics.ts';
import { POLICY_METRICS } from './policy-metrics.ts';

/**
 * One metric. Labels hold words from short lists only: names and ids of users' things never. Nodes
 * are the only things that are named, and only while they are few.
 */
export interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly unit: 'seconds' | 'bytes' | 'cores' | 'ratio' | 'percent' | 'count';
  /** Upper bounds of a histogram, in its unit, ascending. */
  readonly buckets?: readonly number[];
  /** A gauge of one server; others have the same value on all servers of a store. */
  readonly about?: 'server';
}

/** From a memory access to a slow request. Unit: seconds. */
const SHORT_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** From a start of a VM to the migration of a large one. Unit: seconds. */
const LONG_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** A group of commits has one set on an idle server, hundreds under load. */
const SET_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** Every metric of the server besides those of its process. */
export const METRICS = {
  novacron_http_requests_total: {
    type: 'counter',
    help: 'HTTP requests answered.',
    labels: ['method', 'route', 'status'],
    unit: 'count',
  },
  novacron_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Duration of HTTP requests, from the header to the end of the answer.',
    labels: ['method', 'route'],
    unit: 'seconds',
    buckets: SHORT_BUCKETS,
  },
  novacron_calls_total: {
    type: 'counter',
    help: 'Calls of operations over all transports; the outcome is ok or the code of a problem.',
    labels: ['operation', 'outcome'],
    unit: 'count',
  },
  novacron_call_duration_seconds: {
    type: 'histogram',
    help: 'Duration of calls of operations.',
    labels: ['operation'],
    unit: 'seconds',
    buckets: SHORT_BUCKETS,
  },
  novacron_operations_started_total: {
    type: 'counter',
    help: 'Operations admitted.',
    labels: ['kind'],
    unit: 'count',
  },
  novacron_operations: {
    type: 'gauge',
    help: 'Operations in progress or stuck.',
    labels: ['status'],
    unit: 'count',
  },
  workflow_executions_total: {
    type: 'counter',
    help: 'Ended executions; each operation with steps is one.',
    labels: ['kind', 'status'],
    unit: 'count',
  },
  workflow_duration_seconds: {
    type: 'histogram',
    help: 'Duration of executions, from admission to end.',
    labels: ['kind', 'status'],
    unit: 'seconds',
    buckets: LONG_BUCKETS,
  },
  novacron_gitops_syncs_total: {
    type: 'counter',
    help: 'Ended syncs of GitOps applications, dry runs included.',
    labels: ['result'],
    unit: 'count',
  },
  novacron_gitops_sync_duration_seconds: {
    type: 'histogram',
    help: 'Duration of syncs, from the request to the end, with the time that people take.',
    labels: ['result'],
    unit: 'seconds',
    buckets: LONG_BUCKETS,
  },
  novacron_gitops_applications: {
    type: 'gauge',
    help: 'GitOps applications by the end of their last sync and the health of their resources.',
    labels: ['sync', 'health'],
    unit: 'count',
  },
  compliance_score_percentage: {
    type: 'gauge',
    help: 'Lowest compliance score of a tenant, by standard, at its last complete scan.',
    labels: ['standard'],
    unit: 'percent',
  },
  novacron_compliance_failures: {
    type: 'gauge',
    help: 'Failures of compliance checks without a waiver in all tenants, by standard.',
    labels: ['standard'],
    unit: 'count',
  },
  compliance_violations_total: {
    type: 'counter',
    help: 'Compliance findings that were opened for the first time.',
    labels: ['severity'],
    unit: 'count',
  },
  compliance_auto_remediated: {
    type: 'counter',
    help: 'Compliance findings that automatic corrections resolved.',
    labels: [],
    unit: 'count',
  },
  optimization_recommendations_total: {
    type: 'counter',
    help: 'Recommendations that were followed, and what came of them.',
    labels: ['state'],
    unit: 'count',
  },
  optimization_improvements_percentage: {
    type: 'gauge',
    help: 'Mean improvement of recommended sizes that were verified or taken back.',
    labels: [],
    unit: 'percent',
  },
  optimization_confidence_score: {
    type: 'gauge',
    help: 'Mean confidence of recommended sizes that were followed.',
    labels: [],
    unit: 'ratio',
  },
  workflow_success_rate: {
    type: 'gauge',
    help: 'Share of successful executions since the server started.',
    labels: [],
    unit: 'ratio',
    about: 'server',
  },
  workflow_step_failures: {
    type: 'counter',
    help: 'Failed attempts at steps.',
    labels: ['direction', 'next'],
    unit: 'count',
  },
  novacron_workflow_steps_total: {
    type: 'counter',
    help: 'Started attempts at steps.',
    labels: ['direction'],
    unit: 'count',
  },
  novacron_workflow_step_retries_total: {
    type: 'counter',
    help: 'Retried attempts at steps.',
    labels: ['direction'],
    unit: 'count',
  },
  novacron_agent_commands_total: {
    type: 'counter',
    help: 'Ended commands to agents.',
    labels: ['action', 'outcome'],
    unit: 'count',
  },
  novacron_circuit_breakers_open: {
    type: 'gauge',
    help: 'Open circuit breakers.',
    labels: ['link'],
    unit: 'count',
    about: 'server',
  },
  novacron_circuit_breaker_opened_total: {
    type: 'counter',
    help: 'Circuit breakers opened.',
    labels: ['link'],
    unit: 'count',
  },
  novacron_circuit_breaker_refused_total: {
    type: 'counter',
    help: 'Calls refused by an open circuit breaker.',
    labels: ['link'],
    unit: 'count',
  },
  novacron_agent_command_duration_seconds: {
    type: 'histogram',
    help: 'Duration of commands to agents.',
    labels: ['action'],
    unit: 'seconds',
    buckets: LONG_BUCKETS,
  },
  novacron_policy_evaluations_total: {
    type: 'counter',
    help: 'Policy evaluations; the outcome is answered or the code of a problem.',
    labels: ['outcome'],
    unit: 'count',
  },
  novacron_policy_evaluation_duration_seconds: {
    type: 'histogram',
    help: 'Duration of policy evaluations.',
    labels: [],
    unit: 'seconds',
    buckets: SHORT_BUCKETS,
  },
  novacron_policy_compile_duration_seconds: {
    type: 'histogram',
    help: 'Duration of policy compilations; the outcome is compiled or the code of a problem.',
    labels: ['outcome'],
    unit: 'seconds',
    buckets: SHORT_BUCKETS,
  },
  ...POLICY_METRICS,
  decisions_made_total: {
    type: 'counter',
    help: 'Automatic decisions of NovaCron that were recorded: placement, scaling, autonomous.',
    labels: ['kind'],
    unit: 'count',
  },
  decision_latency_seconds: {
    type: 'histogram',
    help: 'Duration of an autonomous decision about one VM group.',
    labels: [],
    unit: 'seconds',
    buckets: SHORT_BUCKETS,
  },
  decision_accuracy: {
    type: 'gauge',
    help: 'Share of the autonomous decisions of the last day that were right in hindsight.',
    labels: [],
    unit: 'ratio',
  },
  novacron_scaling_decisions_total: {
    type: 'counter',
    help: 'Decisions about sizes of groups, when they are made and when their outcome is known.',
    labels: ['outcome'],
    unit: 'count',
  },
  novacron_store_commits_total: {
    type: 'counter',
    help: 'Change sets committed to the store; the outcome is done or the code of a problem.',
    labels: ['outcome'],
    unit: 'count',
  },
  novacron_store_commit_duration_seconds: {
    type: 'histogram',
    help: 'Duration of commits, until the change set is durable or refused.',
    labels: [],
    unit: 'seconds',
    buckets: SHORT_BUCKETS,
  },
  novacron_store_group_sets: {
    type: 'histogram',
    help: 'Change sets per flush to the disk; the count is the number of flushes.',
    labels: [],
    unit: 'count',
    buckets: SET_BUCKETS,
  },
  novacron_store_probes_total: {
    type: 'counter',
    help: 'Probing writes to the store; the outcome is done or the code of a problem.',
    labels: ['outcome'],
    unit: 'count',
  },
  novacron_store_probe_duration_seconds: {
    type: 'histogram',
    help: 'Duration of probing writes, read back included.',
    labels: [],
    unit: 'seconds',
    buckets: SHORT_BUCKETS,
  },
  novacron_store_probe_success_timestamp_seconds: {
    type: 'gauge',
    help: 'Time of the latest probing write that was read back, since the Unix epoch.',
    labels: [],
    unit: 'seconds',
    about: 'server',
  },
  novacron_store_size_bytes: {
    type: 'gauge',
    help: 'Size of the store, its write-ahead log included.',
    labels: [],
    unit: 'bytes',
  },
  novacron_store_free_bytes: {
    type: 'gauge',
    help: "Free bytes of the embedded store's file system; absent with PostgreSQL.",
    labels: [],
    unit: 'bytes',
  },
  novacron_server_ready: {
    type: 'gauge',
    help: 'Readiness of the server: 1 while /readyz answers 200, otherwise 0.',
    labels: [],
    unit: 'count',
    about: 'server',
  },
  novacron_server_degraded: {
    type: 'gauge',
    help: 'Reasons for which the server is ready but degraded, as /readyz lists them.',
    labels: [],
    unit: 'count',
    about: 'server',
  },
  novacron_connections_closed_total: {
    type: 'counter',
    help: 'Connections closed for others; reason: pressure (it waited) or limit (no room).',
    labels: ['reason'],
    unit: 'count',
  },
  novacron_bus_messages_total: {
    type: 'counter',
    help: 'Messages of the bus: published, received or dropped; requests and answers are messages.',
    labels: ['outcome'],
    unit: 'count',
  },
  novacron_bus_connected: {
    type: 'gauge',
    help: 'Connection to the message bus: 1, or 0 while it is away.',
    labels: [],
    unit: 'count',
    about: 'server',
  },
  novacron_events_published_total: {
    type: 'counter',
    help: 'Events published.',
    labels: [],
    unit: 'count',
  },
  novacron_event_relay_lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest unpublished event; 0 if there is none.',
    labels: [],
    unit: 'seconds',
  },
  novacron_audit_entries_total: {
    type: 'counter',
    help: 'Entries of the audit log; the outcome is done or the code of a refusal.',
    labels: ['outcome', 'client'],
    unit: 'count',
  },
  novacron_audit_verified_timestamp_seconds: {
    type: 'gauge',
    help: 'Time when the end of an audit chain was last verified; of several, the oldest one.',
    labels: [],
    unit: 'seconds',
  },
  novacron_audit_chain_intact: {
    type: 'gauge',
    help: 'Audit chains: 1, or 0 once verification has found a changed or missing entry.',
    labels: [],
    unit: 'count',
  },
  otel_sdk_processor_span_processed_total: {
    type: 'counter',
    help: 'Spans queued for export; with error_type queue_full, dropped.',
    labels: ['error_type'],
    unit: 'count',
  },
  otel_sdk_exporter_span_exported_total: {
    type: 'counter',
    help: 'Spans exported; with error_type export_failed, lost.',
    labels: ['error_type'],
    unit: 'count',
  },
  ...FLEET_METRICS,
  novacron_admission_replans_total: {
    type: 'counter',
    help: 'Writes retried after an optimistic-lock conflict.',
    labels: ['operation'],
    unit: 'count',
  },
  novacron_retention_rows_total: {
    type: 'counter',
    help: 'Rows deleted by retention.',
    labels: ['job'],
    unit: 'count',
  },
  novacron_reconciler_rounds_total: {
    type: 'counter',
    help: 'Rounds of reconcilers; outcome: done or failed.',
    labels: ['name', 'outcome'],
    unit: 'count',
  },
  novacron_reconciler_round_seconds: {
    type: 'histogram',
    help: 'Duration of a round of a reconciler.',
    labels: ['name'],
    unit: 'seconds',
    buckets: LONG_BUCKETS,
  },
  novacron_resealed_rows_total: {
    type: 'counter',
    help: 'Rows re-encrypted: plain rows, and those encrypted with an earlier key.',
    labels: ['table'],
    unit: 'count',
  },
  novacron_build_info: {
    type: 'gauge',
    help: 'Release of the server in its labels; always 1.',
    labels: ['version'],
    unit: 'count',
    about: 'server',
  },
  novacron_tls_certificate_expires_timestamp_seconds: {
    type: 'gauge',
    help: "Expiry of the listener's certificate, since the Unix epoch; absent without TLS.",
    labels: [],
    unit: 'seconds',
    about: 'server',
  },
  novacron_backup_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'Time of the data in the last backup, or of the log that PostgreSQL archived last.',
    labels: [],
    unit: 'seconds',
  },
  novacron_backup_last_size_bytes: {
    type: 'gauge',
    help: 'Bytes of the last whole backup that were sent.',
    labels: [],
    unit: 'bytes',
  },
  novacron_backup_failures_total: {
    type: 'counter',
    help: 'Backups that failed, by what failed: `save` or `verify`.',
    labels: ['work'],
    unit: 'count',
  },
  novacron_backup_verified_timestamp_seconds: {
    type: 'gauge',
    help: 'Time of the last backup that was verified by a restore, since the Unix epoch.',
    labels: [],
    unit: 'seconds',
  },
  novacron_gauges_refreshed_timestamp_seconds: {
    type: 'gauge',
    help: 'Time of the latest refresh of the gauges, since the Unix epoch.',
    labels: [],
    unit: 'seconds',
    about: 'server',
  },
} as const satisfies Readonly<Record<string, MetricRow>>;
