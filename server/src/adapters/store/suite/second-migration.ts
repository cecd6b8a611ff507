/** A schema of one step more, which can be interrupted in the middle of that step. */
import { MIGRATIONS } from '../migrations/migrations.ts';
import type { Migration } from '../schema/migration.ts';

/**
 * Makes it.
 * @param midway - called between the statements of the second step
 */
export function twoMigrations(midway: () => void): readonly Migration[] {
  return [
    ...MIGRATIONS,
    {
      name: '9999-halves',
      up: async ({ db }) => {
        await db.schema.createTable('first_half').addColumn('id', 'text').execute();
        midway();
        await db.schema.createTable('second_half').addColumn('id', 'text').execute();
      },
    },
  ];
}
