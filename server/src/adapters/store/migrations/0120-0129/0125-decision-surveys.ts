/** What a placement decision was for, its node, and how sure it is. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

const TEXTS = ['purpose', 'node_name', 'vm_name', 'survey_json'] as const;
const NUMBERS = ['margin', 'confidence'] as const;

/** Columns that lists are filtered by, before the one that pages are in the order of. */
const INDEXES = ['vm_name', 'vm_id', 'node_name', 'purpose', 'outcome'] as const;

async function up({ db, dialect }: MigrationTools): Promise<void> {
  const decisions = db.schema.alterTable('placement_decisions');
  for (const name of TEXTS) await decisions.addColumn(name, dialect.text).execute();
  for (const name of NUMBERS) await decisions.addColumn(name, dialect.float).execute();
  for (const name of INDEXES) {
    await db.schema
      .createIndex(`placement_decisions_by_tenant_id_and_${name}_and_id`)
      .on('placement_decisions')
      .columns(['tenant_id', name, 'id'])
      .execute();
  }
}

/** Adds the columns; null in rows of earlier releases. */
export const decisionSurveys: Migration = { name: '0125-decision-surveys', up };
