/** Classifies errors of SQLite. */

/** The constraints that answer a guard. The others (not null, types) are broken by bugs only. */
const GUARD_CODES: ReadonlySet<string> = new Set([
  'SQLITE_CONSTRAINT_CHECK',
  'SQLITE_CONSTRAINT_FOREIGNKEY',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  'SQLITE_CONSTRAINT_UNIQUE',
]);

/** Codes of statements that are wrong in themselves. */
const BUG_CODE = /^SQLITE_(?:CONSTRAINT|ERROR|MISMATCH|MISUSE|RANGE|TOOBIG)(?:_|$)/;

/** The code of an error of SQLite or of the operating system; undefined for other errors. */
export function codeOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

/**
 * Classifies an error by what it affects.
 * @returns `guard`: a change met its guard; `bug`: the statement cannot work, other sets can;
 * `database`: nothing can be written now
 */
export function classifyFailure(cause: unknown): 'guard' | 'bug' | 'database' {
  const code = codeOf(cause);
  if (code === undefined || !code.startsWith('SQLITE_')) return 'bug';
  if (GUARD_CODES.has(code)) return 'guard';
  return BUG_CODE.test(code) ? 'bug' : 'database';
}
