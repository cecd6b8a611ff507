/** Recommendations that were followed: what was promised, and what came of it. */
import { createTable, type Migration } from '../schema/migration.ts';

/** Adds them. */
export const RECOMMENDATIONS: Migration = {
  name: '0010-recommendations',
  up: (tools) =>
    createTable(tools, {
      name: 'recommendations',
      columns: {
        tenant_id: 'text',
        state: 'text',
        operation_id: 'text',
        applied_at_ms: 'integer',
        followed_json: 'text',
      },
      indexes: [
        ['tenant_id', 'state', 'id'],
        ['state', 'id'],
        ['applied_at_ms', 'id'],
      ],
    }),
};
