/** Backup of a PostgreSQL database. */
import { execFileSync } from 'node:child_process';
import { findProgram } from './find-program.ts';

/** Dumps a database as SQL. */
export function dumpDatabase(url: string): string {
  const program = findProgram({
    name: 'pg_dump',
    install: 'the client programs of PostgreSQL (Debian: postgresql-client)',
  });
  return execFileSync(program, [url]).toString('utf8');
}
