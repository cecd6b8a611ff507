/**
 * Seals what earlier releases wrote in plain text, and removes what is left of it from the file:
 * from free pages and from the log. It happens once for a file; where it is interrupted, the next
 * start does it.
 */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { Sealer } from '../secrets/sealer.ts';
import { forgetSecrets, readCommand, sealCommand } from '../secrets/stored-command.ts';

/** `NCsl`: the application id of a file without secrets in plain text. Older releases ignore it. */
const SEALED_MARK = 0x4e43736c;

/** Rows that are read at a time. */
const ROWS_MAX = 500;

const Row = z.object({
  sequence: z.number(),
  node: z.string(),
  command: z.string(),
  state: z.string(),
});

/** Marks a file that has just been made. */
export function markSealed(database: Database.Database): void {
  database.pragma(`application_id = ${SEALED_MARK}`);
}

/** Seals the commands of a file, unless that was done. */
export function sealEarlierCommands(database: Database.Database, sealer: Sealer): void {
  if (database.pragma('application_id', { simple: true }) === SEALED_MARK) return;
  database.transaction(() => sealRows(database, sealer))();
  // Free pages have what was deleted before; the log has what was written before.
  database.exec('VACUUM');
  if (foldLog(database) === 'folded') markSealed(database);
}

/**
 * Moves the log into the file and empties it.
 * @returns `busy` when another process, such as a backup, reads the file
 */
export function foldLog(database: Database.Database): 'folded' | 'busy' {
  const timeoutMs = Number(database.pragma('busy_timeout', { simple: true }));
  database.pragma('busy_timeout = 0');
  try {
    const [answer] = z
      .array(z.object({ busy: z.number() }))
      .parse(database.pragma('wal_checkpoint(TRUNCATE)'));
    return answer?.busy === 0 ? 'folded' : 'busy';
  } finally {
    database.pragma(`busy_timeout = ${timeoutMs}`);
  }
}

function sealRows(database: Database.Database, sealer: Sealer): void {
  const read = database.prepare(
    `SELECT sequence, node, command, state FROM commands
     WHERE sequence > ? ORDER BY sequence LIMIT ?`,
  );
  const write = database.prepare('UPDATE commands SET command = ? WHERE sequence = ?');
  for (let after = 0; ; ) {
    const rows = read.all(after, ROWS_MAX).map((row) => Row.parse(row));
    for (const { sequence, node, command: text, state } of rows) {
      after = sequence;
      const command = readCommand(text);
      const sealed =
        state === 'ended' ? forgetSecrets(command) : sealCommand(command, { node, sealer });
      if (sealed !== undefined && sealed !== text) write.run(sealed, sequence);
    }
    if (rows.length < ROWS_MAX) return;
  }
}
