/** Scores and outcomes of placement decisions, and the parts of orchestration policies. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  const decisions = db.schema.alterTable('placement_decisions');
  await decisions.addColumn('score', dialect.float).execute();
  await decisions.addColumn('executed_at_ms', dialect.integer).execute();
  await decisions.addColumn('outcome', dialect.text).execute();
  // Finds the decisions without an outcome among many that have one.
  await db.schema
    .createIndex('placement_decisions_by_outcome_and_id')
    .on('placement_decisions')
    .columns(['outcome', 'id'])
    .execute();
  const policies = db.schema.alterTable('orchestration_policies');
  await policies.addColumn('selector', dialect.text).execute();
  await policies.addColumn('rules', dialect.text).execute();
  await policies.addColumn('priority', dialect.integer).execute();
}

/** Adds the columns; null in rows of earlier releases until a reconciler has filled them. */
export const decisionOutcomes: Migration = { name: '0050-decision-outcomes', up };
