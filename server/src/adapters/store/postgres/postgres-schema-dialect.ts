/** PostgreSQL's side of the migrations. */
import { sql } from 'kysely';
import type { SchemaDialect } from '../schema/migration.ts';

/** UTF-8 sorted by bytes is sorted by code points; `integer` would end at 2^31. */
export const POSTGRES_SCHEMA: SchemaDialect = {
  name: 'postgres',
  text: sql`text collate "C"`,
  integer: 'bigint',
  float: 'double precision',
  tableEnd: undefined,
};
