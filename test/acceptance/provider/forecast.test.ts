/** The data source of forecasts with real Terraform: known, unknown, and refused. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from '@novacron/runtime/clock';
import { silentLogger } from '@novacron/runtime/logger';
import { openSqliteSeries } from '@novacron/server/adapters/metric-series/sqlite/open-sqlite-series';
import { startNovacron } from '@novacron/testing/start-novacron';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;

/** Stores a history that is older than what a client may write. */
async function storeHistory(dataDir: string): Promise<void> {
  const server = await startNovacron({ dataDir });
  const { items } = await server.expectOk('tenant.list', {});
  const tenantId = String(items[0]?.id);
  await server.stop();
  const path = join(dataDir, 'metrics.db');
  const series = openSqliteSeries({ path, clock: systemClock, logger: silentLogger });
  const target = { id: tenantId, tenantId, kind: 'tenant' } as const;
  const nowS = Math.floor(Date.now() / 1_000);
  const samples = Array.from({ length: 3 * 60 }, (_, minute) => ({
    name: 'orders_per_minute',
    atS: nowS - (3 * 60 - minute) * 60,
    value: 50,
  }));
  expect(await series.write([{ target, samples }], 'written')).toMatchObject({ ok: true });
  await series.close();
}

describe('novacron_forecast', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'novacron-forecast-'));
  let system: System;
  beforeAll(async () => {
    await storeHistory(dataDir);
    system = await startSystem({ dataDir });
  });
  afterAll(async () => {
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('says that nothing is known of a group that is new, and plans are empty', async () => {
    const workspace = system.workspace();
    workspace.configure(`
resource "novacron_vm_group" "web" {
  name     = "web"
  min_size = 1
  max_size = 3
  vm = {
    cpu_cores = 1
    memory_gb = 1
    disk_gb   = 5
  }
}
data "novacron_forecast" "load" {
  vm_group_id = novacron_vm_group.web.id
  name        = "cpu_utilization_ratio"
  horizon     = "6h"
}
output "known" {
  value = data.novacron_forecast.load.known
}`);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const { output } = await workspace.run('output', '-json');
    expect(JSON.parse(output)).toMatchObject({ known: { value: false } });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    const destroyed = await workspace.run('destroy', '-auto-approve');
    expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
  });

  test('shows each step with its interval, and by what and how well it was forecast', async () => {
    const workspace = system.workspace();
    workspace.configure(`
data "novacron_forecast" "orders" {
  name    = "orders_per_minute"
  horizon = "5m"
}
output "forecast" {
  value = data.novacron_forecast.orders
}`);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const { output } = await workspace.run('output', '-json');
    const { value } = JSON.parse(output).forecast;
    expect(value).toMatchObject({
      known: true,
      reason: null,
      unit: 'per minute',
      step_seconds: 60,
      selection: 'ensemble',
      point: [50, 50, 50, 50, 50],
      accuracy_ratio: 1,
    });
    expect(value.times).toHaveLength(5);
    expect(Date.parse(value.history_from)).toBeLessThan(Date.now() - 2 * HOUR_MS);
    expect(value.models.length).toBeGreaterThan(1);
  });

  test('refuses two targets and a horizon of more than three days where they stand', async () => {
    const workspace = system.workspace();
    workspace.configure(`
data "novacron_forecast" "both" {
  vm_id       = "vm_01jd3v6t7re3h8z9k2m4n5p6q7"
  vm_group_id = "vmg_01jd3v6t7re3h8z9k2m4n5p6q7"
  name        = "cpu_utilization_ratio"
}
data "novacron_forecast" "far" {
  name    = "cpu_utilization_ratio"
  horizon = "4d"
}`);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    const summaries = diagnostics.map(({ summary }) => summary);
    expect(summaries).toContain('Of what is the metric? Set vm_id or vm_group_id');
    expect(JSON.stringify(diagnostics)).toContain('must be a duration from 1m to 3d, such as 6h');
  });
});
