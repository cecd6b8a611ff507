import { describe, expect, test } from '@jest/globals';
import { METRICS } from '../../ports/metrics/metrics-table.ts';
import { createPrometheusTelemetry, SERIES_MAX } from './create-prometheus-telemetry.ts';
import { readExposition } from './test-kit/read-exposition.ts';

describe('the registry', () => {
  test('shows every metric of the table with its help and type from the start', async () => {
    const page = readExposition(await createPrometheusTelemetry('none').page.plain.render());
    for (const [name, row] of Object.entries(METRICS)) {
      expect({ name, help: page.help.get(name), type: page.type.get(name) }).toEqual({
        name,
        help: row.help,
        type: row.type,
      });
    }
    expect(Object.keys(METRICS).length).toBeGreaterThan(20);
    expect(page.help.has('process_cpu_user_seconds_total')).toBe(true);
    expect(page.help.has('nodejs_eventloop_lag_seconds')).toBe(true);
  });

  test('has as many registries as a process has servers, and their counts are apart', async () => {
    const [one, two] = [createPrometheusTelemetry('none'), createPrometheusTelemetry('none')];
    one.telemetry.count('novacron_events_published_total', {});
    const [first, second] = await Promise.all([one.page.plain.render(), two.page.plain.render()]);
    expect(readExposition(first).amountOf('novacron_events_published_total')).toBe(1);
    expect(readExposition(second).amountOf('novacron_events_published_total')).toBe(0);
  });
});

describe('measurements', () => {
  test('add to counters and histograms and replace gauges', async () => {
    const { telemetry, page } = createPrometheusTelemetry('none');
    telemetry.count('novacron_operations_started_total', { kind: 'vm.create' });
    telemetry.count('novacron_operations_started_total', { kind: 'vm.create' }, 2);
    telemetry.observe('novacron_store_group_sets', {}, 3);
    telemetry.startTimer('novacron_policy_evaluation_duration_seconds')({});
    telemetry.set('novacron_nodes', [{ labels: { status: 'ready' }, value: 12 }]);
    telemetry.set('novacron_nodes', [{ labels: { status: 'lost' }, value: 1 }]);
    const { amountOf, samples } = readExposition(await page.plain.render());
    expect(amountOf('novacron_operations_started_total', { kind: 'vm.create' })).toBe(3);
    expect(amountOf('novacron_store_group_sets_bucket', { le: '2' })).toBe(0);
    expect(amountOf('novacron_store_group_sets_bucket', { le: '4' })).toBe(1);
    expect(amountOf('novacron_policy_evaluation_duration_seconds_count')).toBe(1);
    expect(samples.filter(({ name }) => name === 'novacron_nodes')).toEqual([
      { name: 'novacron_nodes', labels: { status: 'lost' }, value: 1 },
    ]);
  });

  test('leave a gauge out until its first value, and again when it has none', async () => {
    const { telemetry, page } = createPrometheusTelemetry('none');
    const shown = async () => {
      const { samples } = readExposition(await page.plain.render());
      return samples.filter(({ name }) => name === 'workflow_success_rate');
    };
    expect(await shown()).toEqual([]);
    telemetry.set('workflow_success_rate', [{ labels: {}, value: 1 }]);
    expect(await shown()).toEqual([{ name: 'workflow_success_rate', labels: {}, value: 1 }]);
    telemetry.set('workflow_success_rate', []);
    expect(await shown()).toEqual([]);
  });

  test('are folded into one series when the labels have too many values', async () => {
    const { telemetry, page } = createPrometheusTelemetry('none');
    for (let index = 0; index < SERIES_MAX + 10; index += 1) {
      telemetry.count('novacron_operations_started_total', { kind: `kind-${index}` });
    }
    const { samples, amountOf } = readExposition(await page.plain.render());
    const series = samples.filter(({ name }) => name === 'novacron_operations_started_total');
    expect(series).toHaveLength(SERIES_MAX + 1);
    expect(amountOf('novacron_operations_started_total', { kind: 'other' })).toBe(10);
    expect(amountOf('novacron_operations_started_total', { kind: 'kind-0' })).toBe(1);
  });
});

describe('OpenMetrics', () => {
  const trace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

  test('keeps the names, and names sampled traces as examples', async () => {
    const { telemetry, page } = createPrometheusTelemetry('sampled');
    const operation = 'vm.list';
    telemetry.count('novacron_events_published_total', {});
    telemetry.count('workflow_step_failures', { direction: 'do', next: 'final' });
    const seconds = 'novacron_call_duration_seconds';
    telemetry.observe(seconds, { operation }, 0.003, { ...trace, sampled: 'yes' });
    telemetry.observe(seconds, { operation }, 0.03, { ...trace, sampled: 'no' });
    telemetry.observe(seconds, { operation }, 20, { ...trace, sampled: 'yes' });
    const text = await page.open.render();
    const lines = text.split('\n');
    expect(lines).toContain('# TYPE novacron_events_published counter');
    expect(lines).toContain('novacron_events_published_total 1');
    expect(lines).toContain('# TYPE workflow_step_failures unknown');
    expect(lines).toContain('workflow_step_failures{direction="do",next="final"} 1');
    const examples = lines.filter((line) => line.includes(' # {'));
    const example = `# {trace_id="${trace.traceId}"}`;
    expect(examples.map((line) => line.replace(/\d+(\.\d+)?$/, 'TIME'))).toEqual([
      `${seconds}_bucket{le="0.005",operation="vm.list"} 1 ${example} 0.003 TIME`,
      `${seconds}_bucket{le="+Inf",operation="vm.list"} 3 ${example} 20 TIME`,
    ]);
    expect(text).toMatch(/\n# EOF\n$/);
    expect(text).not.toContain('\n\n');
    // The other format is not changed by it.
    expect(await page.plain.render()).toContain('\nnovacron_events_published_total 1\n');
  });

  test('has no two families of one name', async () => {
    const { page } = createPrometheusTelemetry('none');
    const lines = (await page.open.render()).split('\n');
    const families = lines.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
    expect(families).toEqual([...new Set(families)]);
    expect(families).toContain('nodejs_active_handles_total');
  });

  test('has no examples where spans are not exported', async () => {
    const { telemetry, page } = createPrometheusTelemetry('none');
    const labels = { operation: 'vm.list' };
    telemetry.observe('novacron_call_duration_seconds', labels, 1, { ...trace, sampled: 'yes' });
    expect(await page.open.render()).not.toContain(' # {');
  });
});
