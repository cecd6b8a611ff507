/**
 * The one table of metrics. The registry, the exposition text, docs/observability.md and the types
 * of everybody who counts come from it. Names without the prefix `novacron_` are those that the
 * project's first documents gave to dashboards, kept where they mean what is counted here.
 */

import { FLEET_METRICS } from './fleet-metrics.ts';
import { POLICY_METRICS } from './policy-metrics.ts';

/** One metric. Labels hold words from short lists only: names and ids of users' things never. */
export interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly unit: 'seconds' | 'bytes' | 'cores' | 'ratio' | 'count';
  /** Upper bounds of a histogram, in its unit, ascending. */
  readonly buckets?: readonly number[];
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
    help: 'Time from the head of a request to the end of its answer.',
    labels: ['method', 'route'],
    unit: 'seconds',
    buckets: SHORT_BUCKETS,
  },
  novacron_calls_total: {
    type: 'counter',
    help: 'Calls of operations over every transport; the outcome is ok or the code of a problem.',
    labels: ['operation', 'outcome'],
    unit: 'count',
  },
  novacron_call_duration_seconds: {
    type: 'histogram',
    help: 'Time that a call of an operation took.',
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
    help: 'Operations that have not ended, and those that are stuck.',
    labels: ['status'],
    unit: 'count',
  },
  workflow_executions_total: {
    type: 'counter',
    help: 'Executions that ended: every operation with steps is one.',
    labels: ['kind', 'status'],
    unit: 'count',
  },
  workflow_duration_seconds: {
    type: 'histogram',
    help: 'Time from the admission of an execution to its end.',
    labels: ['kind', 'status'],
    unit: 'seconds',
    buckets: LONG_BUCKETS,
  },
  workflow_success_rate: {
    type: 'gauge',
    help: 'Executions that succeeded among those that ended since the server started.',
    labels: [],
    unit: 'ratio',
  },
  workflow_step_failures: {
    type: 'counter',
    help: 'Attempts at steps that failed.',
    labels: ['direction', 'next'],
    unit: 'count',
  },
  novacron_workflow_steps_total: {
    type: 'counter',
    help: 'Attempts at steps that began.',
    labels: ['direction'],
    unit: 'count',
  },
  novacron_workflow_step_retries_total: {
    type: 'counter',
    help: 'Attempts at steps that were not the first one.',
    labels: ['direction'],
    unit: 'count',
  },
  novacron_agent_commands_total: {
    type: 'counter',
    help: 'Commands to agents that ended, by what the agent had to do.',
    labels: ['action', 'outcome'],
    unit: 'count',
  },
  novacron_circuit_breakers_open: {
    type: 'gauge',
    help: 'Targets of calls that are left alone because they failed several times in a row.',
    labels: ['link'],
    unit: 'count',
  },
  novacron_circuit_breaker_opened_total: {
    type: 'counter',
    help: 'Times that a target of calls was given up for a while.',
    labels: ['link'],
    unit: 'count',
  },
  novacron_circuit_breaker_refused_total: {
    type: 'counter',
    help: 'Calls that were not made because their target is left alone.',
    labels: ['link'],
    unit: 'count',
  },
  novacron_agent_command_duration_seconds: {
    type: 'histogram',
    help: 'Time from sending a command to learning its outcome.',
    labels: ['action'],
    unit: 'seconds',
    buckets: LONG_BUCKETS,
  },
  novacron_policy_evaluations_total: {
    type: 'counter',
    help: 'Policies asked; the outcome is answered or the code of a problem.',
    labels: ['outcome'],
    unit: 'count',
  },
  novacron_policy_evaluation_duration_seconds: {
    type: 'histogram',
    help: 'Time that a policy took to answer.',
    labels: [],
    unit: 'seconds',
    buckets: SHORT_BUCKETS,
  },
  novacron_policy_compile_duration_seconds: {
    type: 'histogram',
    help: 'Time that compiling a policy took; the outcome is compiled or the code of a problem.',
    labels: ['outcome'],
    unit: 'seconds',
    buckets: SHORT_BUCKETS,
  },
  ...POLICY_METRICS,
  decisions_made_total: {
    type: 'counter',
    help: 'Decisions that NovaCron took by itself and recorded.',
    labels: ['kind'],
    unit: 'count',
  },
  novacron_store_commits_total: {
    type: 'counter',
    help: 'Change sets given to the store; the outcome is done or the code of a problem.',
    labels: ['outcome'],
    unit: 'count',
  },
  novacron_store_commit_duration_seconds: {
    type: 'histogram',
    help: 'Time until a change set was durable or refused.',
    labels: [],
    unit: 'seconds',
    buckets: SHORT_BUCKETS,
  },
  novacron_store_group_sets: {
    type: 'histogram',
    help: 'Change sets that shared one flush to the disk; its count is the number of flushes.',
    labels: [],
    unit: 'count',
    buckets: SET_BUCKETS,
  },
  novacron_events_published_total: {
    type: 'counter',
    help: 'Events that got their position.',
    labels: [],
    unit: 'count',
  },
  novacron_event_relay_lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest event without a position; 0 when there is none.',
    labels: [],
    unit: 'seconds',
  },
  novacron_audit_entries_total: {
    type: 'counter',
    help: 'Entries of the audit log; the outcome is done or the code of a refusal.',
    labels: ['outcome'],
    unit: 'count',
  },
  otel_sdk_processor_span_processed_total: {
    type: 'counter',
    help: 'Spans that went on to export; with error_type queue_full, that were dropped instead.',
    labels: ['error_type'],
    unit: 'count',
  },
  otel_sdk_exporter_span_exported_total: {
    type: 'counter',
    help: 'Spans whose export is over; with error_type export_failed, that were lost by it.',
    labels: ['error_type'],
    unit: 'count',
  },
  ...FLEET_METRICS,
  novacron_admission_replans_total: {
    type: 'counter',
    help: 'Writes that were prepared again because somebody else was faster.',
    labels: ['operation'],
    unit: 'count',
  },
  novacron_retention_rows_total: {
    type: 'counter',
    help: 'Rows that were forgotten because their time was over.',
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
    help: 'Rows that were sealed anew: plain ones, and those that an earlier key had sealed.',
    labels: ['table'],
    unit: 'count',
  },
  novacron_build_info: {
    type: 'gauge',
    help: 'Always 1: which release runs here.',
    labels: ['version'],
    unit: 'count',
  },
  novacron_tls_certificate_expires_timestamp_seconds: {
    type: 'gauge',
    help: 'When the certificate of the listener ends, since the Unix epoch; absent without TLS.',
    labels: [],
    unit: 'seconds',
  },
  novacron_gauges_refreshed_timestamp_seconds: {
    type: 'gauge',
    help: 'When the gauges were last read from the store, since the Unix epoch.',
    labels: [],
    unit: 'seconds',
  },
} as const satisfies Readonly<Record<string, MetricRow>>;
