/**
 * Loaded into a server before its programs: while the file READ_ONLY_FLAG is there, its connections
 * to SQLite write nothing, as if the file system of its store had become read-only.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const Database = createRequire(import.meta.url)('better-sqlite3');

const LOOK_MS = 20;

const flag = process.env.READ_ONLY_FLAG ?? '';
const connections = new Set();
const { prepare } = Database.prototype;

Database.prototype.prepare = function prepareNoted(...args) {
  connections.add(this);
  return prepare.apply(this, args);
};

setInterval(() => {
  const mode = existsSync(flag) ? 'ON' : 'OFF';
  for (const connection of connections) {
    if (connection.open && !connection.inTransaction) connection.pragma(`query_only = ${mode}`);
  }
}, LOOK_MS).unref();
