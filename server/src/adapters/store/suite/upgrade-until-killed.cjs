/**
 * Child of the upgrade test: migrates a store as an opening server does, and is killed right after
 * one of the migrations. Arguments: the file of the store, the name of that migration.
 */
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => {
  const { code } = transformFileSync(file, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  module._compile(code, file);
};

async function main() {
  const [, , path, level] = process.argv;
  const SqliteDatabase = require('better-sqlite3');
  const { Kysely, SqliteDialect } = require('kysely');
  const { migrate } = require('../schema/migrate.ts');
  const { MIGRATIONS } = require('../migrations/migrations.ts');
  const { SQLITE_SCHEMA } = require('../sqlite/sqlite-schema-dialect.ts');
  const database = new SqliteDatabase(path);
  database.pragma('journal_mode = wal');
  // Small enough that pages of the unfinished transaction reach the file.
  database.pragma('cache_size = 1');
  const db = new Kysely({ dialect: new SqliteDialect({ database }) });
  const last = MIGRATIONS.findIndex(({ name }) => name === level);
  const killer = { name: '9999-killed', up: () => process.kill(process.pid, 'SIGKILL') };
  database.exec('begin immediate');
  await migrate({ db, dialect: SQLITE_SCHEMA }, [...MIGRATIONS.slice(0, last + 1), killer]);
  database.exec('commit');
}

void main();
