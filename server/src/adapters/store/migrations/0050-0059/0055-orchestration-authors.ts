/** For whom orchestration policies act: the roles of authors, and the authors in audit entries. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema
    .alterTable('orchestration_policies')
    .addColumn('author_role', dialect.text)
    .execute();
  await db.schema.alterTable('audit').addColumn('on_behalf_of', dialect.text).execute();
}

/** Adds the columns; rows that exist keep null in them. */
export const orchestrationAuthors: Migration = { name: '0055-orchestration-authors', up };
