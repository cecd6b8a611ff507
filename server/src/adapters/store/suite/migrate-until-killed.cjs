/**
 * Child of the tests of killed migrations: migrates a store, and is killed in the middle of its
 * second migration. Arguments: the file of the store, or its URL.
 */
const { writeSync } = require('node:fs');
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => {
  const { code } = transformFileSync(file, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  module._compile(code, file);
};

async function main() {
  const { twoMigrations } = require('./second-migration.ts');
  const migrations = twoMigrations(() => {
    writeSync(1, 'midway\n');
    process.kill(process.pid, 'SIGKILL');
  });
  const [, , place] = process.argv;
  if (place.startsWith('postgres://')) {
    const { openPostgresStore } = require('../postgres/open-postgres-store.ts');
    await openPostgresStore({ url: place, migrations });
    return;
  }
  const { openSqliteStore } = require('../sqlite/open-sqlite-store.ts');
  await openSqliteStore({ path: place, migrations });
}

void main();
