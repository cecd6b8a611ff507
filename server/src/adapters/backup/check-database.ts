import Database from 'better-sqlite3';

/**
 * Whether SQLite finds a database whole: every page, every index, every constraint.
 * @param file - a copy of our own: a connection that may only read would leave files beside it
 */
export function checkDatabase(file: string): 'whole' | 'damaged' {
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { fileMustExist: true });
    const found = database.pragma('integrity_check', { simple: true });
    return found === 'ok' ? 'whole' : 'damaged';
  } catch (cause) {
    if (cause instanceof Database.SqliteError) return 'damaged';
    throw cause;
  } finally {
    database?.close();
  }
}
