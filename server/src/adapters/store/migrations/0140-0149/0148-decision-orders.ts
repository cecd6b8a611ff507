/** Lets placement decisions be listed by how good and how sure they are, and by how they ended. */
import { sql } from 'kysely';
import type { Migration, MigrationTools } from '../../schema/migration.ts';

/** Columns of numbers that lists are sorted by. */
const NUMBERS = ['score', 'margin', 'confidence'] as const;

/** An index of the outcome is there; in PostgreSQL it has nulls at the end. */
const OUTCOME_INDEX = 'placement_decisions_by_tenant_id_and_outcome_and_id';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  const isSqlite = dialect.name === 'sqlite';
  const create = async (index: string, column: string): Promise<void> => {
    const made = db.schema.createIndex(index).on('placement_decisions');
    const ordered = isSqlite
      ? made.columns(['tenant_id', column, 'id'])
      : made.expression(sql`tenant_id, ${sql.ref(column)} asc nulls first, id`);
    await ordered.execute();
  };
  for (const column of NUMBERS) {
    await create(`placement_decisions_by_tenant_id_and_${column}_and_id`, column);
  }
  if (isSqlite) return;
  await db.schema.dropIndex(OUTCOME_INDEX).execute();
  await create(OUTCOME_INDEX, 'outcome');
}

/** Adds the indexes: nulls are smaller than every value in lists. */
export const decisionOrders: Migration = { name: '0148-decision-orders', up };
