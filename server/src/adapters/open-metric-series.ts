/** Opens the series of metrics where the store is: beside its file, or in its database. */
import { join } from 'node:path';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { MetricSeries } from '../ports/metric-series.ts';
import { openSqliteSeries, SERIES_FILE } from './metric-series/sqlite/open-sqlite-series.ts';
import type { StoreConfig } from './open-store.ts';

/**
 * Opens them. A server starts without metrics where they cannot be opened, which is logged.
 * @returns undefined where there are none
 */
export async function openMetricSeries(
  { store, dataDir, tlsMinVersion }: Pick<StoreConfig, 'store' | 'dataDir' | 'tlsMinVersion'>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<MetricSeries | undefined> {
  try {
    if (store.kind === 'postgres') {
      const { openPostgresSeries } = await import(
        './metric-series/postgres/open-postgres-series.ts'
      );
      return await openPostgresSeries({ url: store.url, tlsMinVersion, logger });
    }
    return openSqliteSeries({ path: join(dataDir, SERIES_FILE), clock, logger });
  } catch (cause) {
    logger.error({ cause }, 'metrics are neither stored nor shown: they cannot be opened');
    return undefined;
  }
}
