/** SQLite's side of the migrations. */
import { sql } from 'kysely';
import type { SchemaDialect } from '../schema/migration.ts';

/** STRICT tables refuse a number in a text column, as PostgreSQL does; text sorts by bytes. */
export const SQLITE_SCHEMA: SchemaDialect = {
  name: 'sqlite',
  text: 'text',
  integer: 'integer',
  float: 'real',
  tableEnd: sql`strict`,
};
