/** Metrics and log that a server reports for one life cycle of a VM. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import {
  type Exposition,
  readExposition,
} from '../../../server/src/adapters/metrics/test-kit/read-exposition.ts';
import { METRICS } from '../../../server/src/ports/metrics/metrics-table.ts';
import { SERVER_VERSION } from '../../../server/src/version.ts';
import { startCollector } from '../../support/services/start-collector.ts';
import { type LoggedServer, startLoggedServer } from '../test-kit/start-logged-server.ts';

const VM = { name: 'web-01', cpu_cores: 2, memory_gb: 4, disk_gb: 20 };
const POLICY = {
  name: 'open',
  type: 'access',
  rule: 'package novacron\n\nimport rego.v1\n\ndefault allow := true\n',
} as const;

let server: LoggedServer;

beforeEach(async () => {
  server = await startLoggedServer();
});

afterEach(async () => {
  await server.stop();
});

/** Metrics that are 0 on a young, healthy server; other tests cover the events that change them. */
const MOVES_IN_TROUBLE: readonly string[] = [
  'novacron_circuit_breakers_open',
  'novacron_circuit_breaker_opened_total',
  'novacron_circuit_breaker_refused_total',
  'novacron_connections_closed_total',
  // Of a second control plane: test/integration/control-planes.test.ts.
  'novacron_nodes_refusing',
  'novacron_nodes_contested',
  // Of hosts that are about to fail: telemetry-gauges.test.ts.
  'novacron_node_conditions',
  // Of incidents: healing-report, second-channel and healing-outcomes.test.ts in scenarios/fleet.
  'novacron_incidents',
  // Of policies: alerts.test.ts in scenarios/orchestration.
  'novacron_alerts_total',
  // Of groups that scale: telemetry-store.test.ts.
  'novacron_scaling_decisions_total',
  // Of hosts that fail: telemetry-gauges.test.ts.
  'novacron_zone_saturated_nodes',
  'novacron_zone_faulty_nodes',
  'novacron_server_degraded',
  // Of the reconciler, after a minute: verify-continuously.test.ts.
  'novacron_audit_verified_timestamp_seconds',
  // Of agents, after half a minute: metrics.test.ts in scenarios/fleet.
  'novacron_metric_samples_total',
  // Of scans of compliance: telemetry-gauges.test.ts and telemetry-store.test.ts.
  'compliance_score_percentage',
  'novacron_compliance_failures',
  'compliance_violations_total',
  // Of recommendations that are followed: telemetry-gauges.test.ts and telemetry-store.test.ts.
  'optimization_recommendations_total',
  'optimization_improvements_percentage',
  'optimization_confidence_score',
  // Of models that are trained and asked: models.test.ts in scenarios/fleet.
  'novacron_model_trainings_total',
  'novacron_model_predictions_total',
  // Of decisions of a model: autonomous-decisions.test.ts in scenarios/resources.
  'decision_latency_seconds',
  'decision_accuracy',
  // Of automatic corrections: corrections.test.ts in scenarios/policy.
  'compliance_auto_remediated',
  // Of syncs: gitops-health.test.ts in scenarios/automation.
  'novacron_gitops_syncs_total',
  'novacron_gitops_sync_duration_seconds',
  'novacron_gitops_applications',
  // Of requests: forecasts.test.ts in scenarios/fleet.
  'novacron_forecasts_total',
  'novacron_vms_down',
  'novacron_incidents_resolved_total',
  'novacron_pool_heartbeat_answers_total',
  'novacron_healing_outcomes_total',
  'novacron_vm_recovery_seconds',
  'novacron_admission_replans_total',
  'novacron_retention_rows_total',
  'novacron_resealed_rows_total',
  // Of a server with a backup target: test/integration/backup-target.test.ts.
  'novacron_backup_last_success_timestamp_seconds',
  'novacron_backup_last_size_bytes',
  'novacron_backup_failures_total',
  'novacron_backup_verified_timestamp_seconds',
  // Of a server with TLS only.
  'novacron_tls_certificate_expires_timestamp_seconds',
];

/** Above 0 for a moment while an event is on its way: telemetry-gauges.test.ts. */
const MOVES_IN_PASSING = 'novacron_event_relay_lag_seconds';

/** The metric that a sample is of. */
function baseOf({ name }: { readonly name: string }): string {
  return name.replace(/_(bucket|sum|count)$/, '');
}

async function scrape(): Promise<Exposition> {
  const response = await server.send('/metrics');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('version=0.0.4');
  return readExposition(await response.text());
}

/**
 * A scrape while nothing is written. A page is read metric by metric: a commit meanwhile would be
 * counted in what is read late and not in what is read early.
 */
async function scrapeAtRest(): Promise<Exposition> {
  const written = (page: Exposition) =>
    ['novacron_store_commits_total', 'novacron_store_group_sets_sum']
      .map((name) => page.amountOf(name, {}))
      .join();
  let last: Exposition | undefined;
  return waitUntil('two pages without a commit between them', async () => {
    const before = last;
    last = await scrape();
    return before !== undefined && written(before) === written(last) ? last : undefined;
  });
}

async function createVm() {
  const made = await server.call('vm.create', VM);
  if (!made.ok) throw new Error(made.error.detail);
  await server.call('operation.wait', { id: made.value.operation.id });
  return made.value;
}

describe('metrics', () => {
  test('move with a policy and a VM that are really made', async () => {
    const before = await scrapeAtRest();
    expect(await server.call('policy.create', POLICY)).toMatchObject({ ok: true });
    await createVm();
    const after = await scrapeAtRest();
    const moved = (name: string, labels: Readonly<Record<string, string>> = {}) =>
      after.amountOf(name, labels) - before.amountOf(name, labels);
    const kind = 'vm.create';
    expect(moved('novacron_http_requests_total', { route: '/rpc', status: '200' })).toBe(3);
    expect(moved('novacron_http_request_duration_seconds_count', { method: 'POST' })).toBe(3);
    expect(moved('novacron_calls_total', { operation: kind, outcome: 'ok' })).toBe(1);
    expect(moved('novacron_call_duration_seconds_count', { operation: kind })).toBe(1);
    expect(moved('novacron_operations_started_total', { kind })).toBe(1);
    expect(moved('workflow_executions_total', { kind, status: 'succeeded' })).toBe(1);
    expect(moved('workflow_duration_seconds_count', { kind, status: 'succeeded' })).toBe(1);
    expect(moved('workflow_step_failures')).toBe(0);
    expect(after.amountOf('workflow_success_rate')).toBe(1);
    expect(moved('novacron_workflow_steps_total', { direction: 'do' })).toBeGreaterThan(0);
    expect(moved('novacron_agent_commands_total', { outcome: 'succeeded' })).toBe(
      moved('novacron_workflow_steps_total'),
    );
    expect(moved('novacron_agent_command_duration_seconds_count', { action: 'create' })).toBe(1);
    expect(moved('novacron_policy_compile_duration_seconds_count', { outcome: 'compiled' })).toBe(
      1,
    );
    expect(moved('novacron_policy_evaluations_total', { outcome: 'answered' })).toBe(1);
    expect(moved('novacron_policy_evaluation_duration_seconds_count')).toBe(1);
    expect(moved('decisions_made_total', { kind: 'placement' })).toBe(1);
    expect(moved('novacron_audit_entries_total', { outcome: 'done' })).toBe(2);
    expect(moved('novacron_store_commits_total', { outcome: 'done' })).toBeGreaterThan(2);
    expect(moved('novacron_store_commit_duration_seconds_count')).toBe(
      moved('novacron_store_commits_total'),
    );
    expect(moved('novacron_store_group_sets_sum')).toBe(moved('novacron_store_commits_total'));
    expect(moved('novacron_events_published_total')).toBeGreaterThan(0);
  });

  test('move, every one of the table, in one life of a server', async () => {
    const collector = await startCollector();
    const traced = await startLoggedServer(['--otlp-endpoint', collector.url]);
    try {
      const call = traced.call;
      for (const { faults } of traced.fleet.drivers.values()) {
        faults.add({ action: 'create', kind: 'fail-retry' });
      }
      await call('policy.create', POLICY);
      await call('volume.create', { name: 'data-01', size_gb: 5, type: 'ssd' });
      const made = await call('vm.create', VM);
      if (!made.ok) throw new Error(made.error.detail);
      await call('operation.wait', { id: made.value.operation.id });
      for (const { faults } of traced.fleet.drivers.values()) {
        faults.add({ action: 'create', kind: 'hang' });
      }
      // Goes on until the server stops.
      await call('vm.create', { ...VM, name: 'web-02' });
      const still = await waitUntil('every metric to move', async () => {
        const page = readExposition(await (await traced.send('/metrics')).text());
        const moved = new Set(page.samples.filter(({ value }) => value > 0).map(baseOf));
        const rest = Object.keys(METRICS).filter(
          (name) => name !== MOVES_IN_PASSING && !moved.has(name),
        );
        return rest.every((name) => MOVES_IN_TROUBLE.includes(name)) ? rest : undefined;
      });
      // The page's order is the table's, which this list need not follow.
      expect(new Set(still)).toEqual(new Set(MOVES_IN_TROUBLE));
      const headers = {
        accept: 'application/openmetrics-text; version=1.0.0',
        authorization: `Bearer ${traced.adminKey}`,
      };
      const text = await (await fetch(`${traced.url}/metrics`, { headers })).text();
      const examples = text.split('\n').filter((line) => line.includes(' # {trace_id="'));
      expect(new Set(examples.map((line) => line.replace(/_bucket.*/, '')))).toEqual(
        new Set([
          'novacron_http_request_duration_seconds',
          'novacron_call_duration_seconds',
          'workflow_duration_seconds',
        ]),
      );
    } finally {
      await traced.stop();
      await collector.stop();
    }
  }, 60_000);

  test('tell what the store holds, again with every interval', async () => {
    const nodes = await waitUntil('the first gauges', async () => {
      const count = (await scrape()).amountOf('novacron_nodes', { status: 'ready' });
      return count > 0 ? count : undefined;
    });
    expect(nodes).toBe(12);
    await createVm();
    const page = await waitUntil('the VM to be counted', async () => {
      const found = await scrape();
      return found.amountOf('novacron_vms', { status: 'running' }) === 1 ? found : undefined;
    });
    expect(page.amountOf('novacron_allocated_cpu_cores')).toBe(VM.cpu_cores);
    expect(page.amountOf('novacron_allocated_memory_bytes')).toBe(VM.memory_gb * 1024 ** 3);
    expect(page.amountOf('novacron_allocated_disk_bytes')).toBe(VM.disk_gb * 1024 ** 3);
    expect(page.amountOf('novacron_capacity_cpu_cores')).toBeGreaterThan(VM.cpu_cores);
    expect(page.amountOf('novacron_storage_pool_capacity_bytes', { pool: 'ssd' })).toBeGreaterThan(
      0,
    );
    expect(page.amountOf('novacron_operations')).toBe(0);
    expect(page.amountOf('novacron_build_info', { version: SERVER_VERSION })).toBe(1);
    expect(page.amountOf('novacron_event_relay_lag_seconds')).toBeLessThan(60);
  });

  test('count refusals by their code and name no unknown path', async () => {
    await server.call('vm.create', { ...VM, cpu_cores: 1_000 });
    await server.call('vm.create', VM, { apiKey: 'ncr_wrong' });
    for (const path of ['/nothing', '/api/v2/nothing', '/api/v2/vms/vm_1']) await server.send(path);
    const { amountOf, samples } = await scrape();
    const refused = { operation: 'vm.create', outcome: 'no-capacity' };
    expect(amountOf('novacron_calls_total', refused)).toBe(1);
    expect(amountOf('novacron_audit_entries_total', { outcome: 'no-capacity' })).toBe(1);
    expect(amountOf('novacron_http_requests_total', { status: '404', route: 'none' })).toBe(2);
    const routes = samples
      .filter(({ name }) => name === 'novacron_http_requests_total')
      .map(({ labels }) => labels.route);
    expect(routes).toContain('/api/v2/vms/:id');
    expect(routes.join(' ')).not.toMatch(/nothing|vm_1/);
  });

  test('need a key, and a viewer’s is enough', async () => {
    const refused = await server.send('/metrics', '');
    expect(refused.status).toBe(401);
    expect(await refused.text()).toContain('The request carries no API key.');
    const made = await server.call('api_key.create', { name: 'scraper', role: 'viewer' });
    const secret = made.ok ? made.value.secret : '';
    expect((await server.send('/metrics', secret)).status).toBe(200);
  });

  test('tell of all tenants, so that none but the first one reads them', async () => {
    const made = await server.call('tenant.create', { name: 'other' });
    const refused = await server.send('/metrics', made.ok ? made.value.secret : '');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      code: 'forbidden',
      detail: '/metrics affects all tenants, so it is reserved for the first tenant.',
      remedy: 'Ask the operators of NovaCron.',
    });
  });
});

describe('the log', () => {
  test('has one line for each request, with what it did, how it ended and for whom', async () => {
    await server.send('/api/v2/vms?tag=private', server.adminKey);
    await server.send('/healthz', '');
    const lines = await waitUntil('both lines', () => {
      const found = server.logLines().filter(({ msg }) => msg === 'request answered');
      return found.length === 2 ? found : undefined;
    });
    expect(lines).toMatchObject([
      {
        level: 30,
        requestId: expect.stringMatching(/^req_/),
        method: 'GET',
        route: '/api/v2/vms',
        operation: 'vm.list',
        calls: 1,
        principal: 'admin',
        durationMs: expect.any(Number),
      },
      { level: 30, method: 'GET', route: '/healthz', status: 200 },
    ]);
    expect(server.logText()).not.toContain('private');
  });

  test('leads from a request to its operation and on to its end', async () => {
    const { operation } = await createVm();
    const reported = server.logLines().filter((line) => line.operation === operation.id);
    expect(reported.map(({ msg }) => msg)).toEqual(['operation admitted', 'operation succeeded']);
    const requests = server.logLines().filter((line) => line.operation === 'vm.create');
    expect(requests).toHaveLength(1);
    for (const line of reported) {
      expect(line).toMatchObject({ requestId: requests[0]?.requestId, kind: 'vm.create' });
    }
  });

  test('holds no secret of a whole scenario', async () => {
    const made = await server.call('api_key.create', { name: 'ci', role: 'operator' });
    const secret = made.ok ? made.value.secret : '';
    expect(secret).toMatch(/^ncr_/);
    await server.call('vm.create', VM, { apiKey: secret });
    await server.call('vm.create', VM, { apiKey: `${secret}x` });
    await server.send(`/api/v2/vms?api_key=${secret}`, secret);
    await server.send(`/nowhere/${secret}`, secret);
    await server.call('vm.create', { ...VM, name: secret, cpu_cores: 9_999 });
    const text = server.logText();
    expect(text.length).toBeGreaterThan(500);
    for (const hidden of [secret, server.adminKey]) {
      expect(text).not.toContain(hidden);
      expect(text).not.toContain(hidden.slice('ncr_'.length, -4));
    }
    // The first characters of a refused key tell whose it was.
    expect(text).not.toMatch(/ncr_[\w-]{9}/);
    expect(text).not.toMatch(/Bearer (?!\[redacted\])/);
  });
});
