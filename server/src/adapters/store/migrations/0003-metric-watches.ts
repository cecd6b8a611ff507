/** Metrics that are watched for anomalies. */
import { createTable, type Migration } from '../schema/migration.ts';

export const METRIC_WATCHES: Migration = {
  name: '0003-metric-watches',
  up: (tools) =>
    createTable(tools, {
      name: 'metric_watches',
      columns: {
        tenant_id: 'text',
        target_kind: 'text',
        target_id: 'text',
        metric: 'text',
        threshold: 'float',
        severity: 'text',
        scored_to_ms: 'integer',
        judged_rows: 'integer',
        created_at_ms: 'integer',
        created_by: 'text',
      },
      indexes: [
        ['tenant_id', 'id'],
        ['scored_to_ms', 'id'],
      ],
    }),
};
