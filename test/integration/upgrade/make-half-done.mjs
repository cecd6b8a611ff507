/**
 * Makes the fixtures of half-done operations: a released server is filled, killed in the middle of
 * its work, and everything that it left is written down as rows. Run once for a release.
 *
 *   node test/integration/upgrade/make-half-done.mjs RELEASE
 *
 * RELEASE is a directory with the release checked out and built.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

register('../../simulation/load-typescript.mjs', import.meta.url);
const { runSql, startPostgres } = await import('../../support/services/start-postgres.ts');

const FILL = fileURLToPath(new URL('fill-released-store.mjs', import.meta.url));
const TESTDATA = fileURLToPath(new URL('testdata', import.meta.url));

const [release = ''] = process.argv.slice(2);
mkdirSync(TESTDATA, { recursive: true });
await leave('sqlite');
const postgres = await startPostgres();
try {
  await leave('postgres', await postgres.createDatabase());
} finally {
  await postgres.remove();
}

/** Fills a store, kills its server and writes down what is left. */
async function leave(database, url) {
  const dataDir = mkdtempSync(join(tmpdir(), 'novacron-half-done-'));
  const args = [FILL, release, dataDir, ...(url === undefined ? [] : [url])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += text;
    if (said.includes('\n')) break;
  }
  const ended = child.exitCode === null ? once(child, 'exit') : undefined;
  child.kill('SIGKILL');
  await ended;
  if (!said.startsWith('ready ')) throw new Error(`the released server was not filled: ${said}`);
  const read = (file) => readFileSync(join(dataDir, file), 'utf8').trim();
  const file = join(dataDir, 'novacron.db');
  const history = 'select name from schema_migrations order by name';
  const saved = {
    ...JSON.parse(said.slice('ready '.length)),
    level: (url === undefined ? query(file, history) : await runSql(url, history)).at(-1).name,
    adminKey: read('admin.key'),
    sealingKey: read('sealing.key'),
    rows: url === undefined ? rowsOf(file).rows : await rowsOfPostgres(url),
    agents: readdirSync(join(dataDir, 'agents'))
      .filter((name) => name.endsWith('.db'))
      .map((name) => ({ name, ...rowsOf(join(dataDir, 'agents', name)) })),
  };
  rmSync(dataDir, { recursive: true, force: true });
  const fixture = join(TESTDATA, `half-done-${database}.json`);
  writeFileSync(fixture, toText(saved));
  process.stdout.write(`${fixture}: ${saved.rows.operations.length} operations\n`);
}

function query(path, sql) {
  const database = new Database(path);
  const found = database.prepare(sql).all();
  database.close();
  return found;
}

/** The tables of a file, and how they are made. */
function rowsOf(path) {
  const database = new Database(path);
  const version = database.pragma('user_version', { simple: true });
  const made = database
    .prepare("select type, name, sql from sqlite_schema where name not like 'sqlite_%'")
    .all();
  const tables = made.filter(({ type }) => type === 'table').map(({ name }) => name);
  const rows = Object.fromEntries(
    tables
      .filter((name) => name !== 'schema_migrations')
      .map((name) => [name, database.prepare(`select * from "${name}"`).all()])
      .filter(([, found]) => found.length > 0),
  );
  database.close();
  return { version, sql: made.map(({ sql }) => sql).filter((sql) => sql !== null), rows };
}

async function rowsOfPostgres(url) {
  const names = await runSql(url, "select tablename from pg_tables where schemaname = 'public'");
  const rows = {};
  for (const { tablename } of names.toSorted((a, b) => (a.tablename < b.tablename ? -1 : 1))) {
    if (tablename === 'schema_migrations') continue;
    const found = await runSql(url, `select * from "${tablename}"`);
    if (found.length > 0) rows[tablename] = found;
  }
  return rows;
}

/** JSON with a row a line. */
function toText(value, depth = 0) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isRow = Object.values(value).every((each) => typeof each !== 'object' || each === null);
  if (isRow) return JSON.stringify(value);
  const inner = '  '.repeat(depth + 1);
  const parts = Array.isArray(value)
    ? value.map((each) => `${inner}${toText(each, depth + 1)}`)
    : Object.entries(value).map(
        ([k, v]) => `${inner}${JSON.stringify(k)}: ${toText(v, depth + 1)}`,
      );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.join(',\n')}\n${'  '.repeat(depth)}${close}${depth === 0 ? '\n' : ''}`;
}
