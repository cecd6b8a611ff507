/**
 * Guards as PostgreSQL sees them: a statement whose guard fails is an error, which makes the server
 * pass over the rest of the set. So a whole group is sent at once, without waiting for an answer
 * in between. The error of a failed guard is a division by zero.
 */
import { assertNever } from '@novacron/contract/result';
import type { GuardedStatement } from '../sql/compile-change.ts';
import type { SqlText } from '../sql/kysely-tables.ts';

/** Writes the guard into the statement. */
export function toGuardedSql({ query, guard }: GuardedStatement): SqlText {
  const { sql, parameters } = query;
  switch (guard.kind) {
    case 'none':
      return query;
    case 'finds-a-row':
      return { sql: `select 1 / count(*) from (${sql}) as found`, parameters };
    case 'finds-no-row':
      return { sql: `select 1 / (1 - count(*)) from (${sql}) as found`, parameters };
    case 'changes-one-row':
      return { sql: requireOneRow(sql), parameters };
    default:
      return assertNever(guard);
  }
}

/** Makes a change of no row an error. */
export function requireOneRow(sql: string): string {
  return `with changed as (${sql} returning 1) select 1 / count(*) from changed`;
}
