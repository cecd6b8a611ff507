/** The VM group of what is charged, which members that are gone had as well. */
import type { Migration } from '../schema/migration.ts';

export const CHARGED_GROUPS: Migration = {
  name: '0004-charged-groups',
  up: async ({ db, dialect }) => {
    for (const table of ['charges', 'charge_intervals']) {
      await db.schema.alterTable(table).addColumn('group_id', dialect.text).execute();
    }
  },
};
