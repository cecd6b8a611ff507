/** Records what nodes, storage and networks have, and what of it is allocated and used. */
import { NetworkSpec } from '@novacron/contract/kinds/network/network';
import type { TargetSamples } from '../../../ports/metric-series.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { FLEET_CLAIMS } from '../../rows/allocation-claims.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import { type FleetRows, measureFleet } from './measure-fleet.ts';
import type { RecordDeps } from './record-usage.ts';

/** From one round to the next: as often as agents measure. Unit: ms. */
const RECORD_MS = 30_000;

const MS_PER_SECOND = 1_000;

/** Records them. */
export function fleetRecords(deps: RecordDeps): Reconciler {
  return {
    name: 'fleet-records',
    summary: 'Records capacity and usage of nodes, zones, storage, networks and quotas as metrics.',
    everyMs: RECORD_MS,
    lease: 'reconcilers',
    run: async ({ mayContinue }) => {
      const { metricSeries, usage, telemetry, store } = deps;
      const platform = await findPlatformTenant(store);
      if (metricSeries === undefined || platform === undefined) return undefined;
      const atS = Math.floor(deps.clock.nowMs() / MS_PER_SECOND);
      const rows = await readFleet(deps);
      if (!mayContinue()) return undefined;
      const batch = measureFleet(rows, usage).map(({ target, values }) => {
        const samples = [...values].map(([name, value]) => ({ name, atS, value }));
        return { target: { tenantId: platform.id, ...target }, samples } satisfies TargetSamples;
      });
      const done = await metricSeries.write(batch, 'measured');
      const labels = { source: 'measured', outcome: done.ok ? 'stored' : 'failed' };
      const count = batch.reduce((sum, { samples }) => sum + samples.length, 0);
      telemetry.count('novacron_metric_samples_total', labels, count);
      return undefined;
    },
  };
}

/** Reads the rows of a moment. */
export async function readFleet({
  store,
  images,
}: Pick<RecordDeps, 'store' | 'images'>): Promise<FleetRows> {
  const { networks, ...rows } = await store.snapshot({
    nodes: { from: 'nodes' },
    claims: FLEET_CLAIMS,
    pools: { from: 'storage_pools' },
    networks: { from: 'networks', damaged: 'blank' },
    quotas: { from: 'tenant_quotas' },
  });
  const addresses = await store.tally({ from: 'network_addresses', by: ['network_id'] });
  return {
    ...rows,
    store: await store.measure?.(),
    images: images?.measure(),
    networks: mapReadable(networks, (row) => {
      const { cidr } = desiredAs(row, NetworkSpec);
      return { id: row.id, name: row.name, tenantId: row.tenant_id, cidr };
    }),
    addresses: new Map(addresses.map(({ values: [id], total }) => [id ?? '', total])),
  };
}
