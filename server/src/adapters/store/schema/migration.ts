/** Defines migrations, and creates their tables on every dialect. */
import type { CreateTableBuilder, Expression, Kysely } from 'kysely';
import type { AnyTables } from '../sql/kysely-tables.ts';

/** Differences between dialects when creating tables. */
export interface SchemaDialect {
  readonly name: 'sqlite' | 'postgres';
  /** Type of text; its order must be that of code points, whatever the database's language. */
  readonly text: 'text' | Expression<unknown>;
  /** Type of whole numbers up to 2^53. */
  readonly integer: 'integer' | 'bigint';
  /** Type of 64-bit floating-point numbers. */
  readonly float: 'real' | 'double precision';
  /** SQL after the closing parenthesis of a table. */
  readonly tableEnd: Expression<unknown> | undefined;
}

/** Tools of a migration. */
export interface MigrationTools {
  /** Runs inside the transaction of all migrations. */
  readonly db: Kysely<AnyTables>;
  readonly dialect: SchemaDialect;
}

/** One step of the schema. Once released it never changes. */
export interface Migration {
  /** Four digits and a noun; the order of names is the order of steps. */
  readonly name: string;
  readonly up: (tools: MigrationTools) => Promise<void>;
}

/** A column: its type, with a question mark if it may be null. */
type ColumnKind = 'text' | 'text?' | 'integer' | 'integer?' | 'float' | 'float?';

/** A table of a migration. */
export interface TablePlan {
  readonly name: string;
  /** All columns but `id`, which every table has as its primary key. */
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** Lists of columns that must be unique together. */
  readonly unique?: readonly (readonly string[])[];
  /** Lists of columns to find rows by. */
  readonly indexes?: readonly (readonly string[])[];
  /** Constraints that the port has no word for. */
  readonly constrain?: (
    table: CreateTableBuilder<string, string>,
    dialect: SchemaDialect,
  ) => CreateTableBuilder<string, string>;
}

function typeOf(kind: ColumnKind): 'text' | 'integer' | 'float' {
  if (kind.startsWith('text')) return 'text';
  return kind.startsWith('integer') ? 'integer' : 'float';
}

/** Makes a table and its indexes. */
export async function createTable(tools: MigrationTools, plan: TablePlan): Promise<void> {
  const { db, dialect } = tools;
  const { name, columns, unique = [], indexes = [], constrain } = plan;
  let table: CreateTableBuilder<string, string> = db.schema
    .createTable(name)
    .addColumn('id', dialect.text, (column) => column.primaryKey().notNull());
  for (const [column, kind] of Object.entries(columns)) {
    table = table.addColumn(column, dialect[typeOf(kind)], (made) =>
      kind.endsWith('?') ? made : made.notNull(),
    );
  }
  for (const together of unique) {
    table = table.addUniqueConstraint(`${name}_by_${together.join('_and_')}`, [...together]);
  }
  if (constrain !== undefined) table = constrain(table, dialect);
  if (dialect.tableEnd !== undefined) table = table.modifyEnd(dialect.tableEnd);
  await table.execute();
  for (const found of indexes) {
    const index = db.schema.createIndex(`${name}_by_${found.join('_and_')}`);
    await index
      .on(name)
      .columns([...found])
      .execute();
  }
}
