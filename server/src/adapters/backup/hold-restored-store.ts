/**
 * Prepares a restored store for its first start. What its server did after the backup is unknown,
 * so nothing that it may have done already is done by itself: healing and automation are held,
 * schedules and triggers go on from the restore, and messages that waited are dropped.
 */
import Database from 'better-sqlite3';
import { RESTORE_PRINCIPAL } from '../../ports/backup.ts';

/** Holds that apply to all tenants have this id. */
const ALL = 'all';

/** @param storeFile - a copy of our own */
export function holdRestoredStore(
  storeFile: string,
  { nowMs, asOfMs }: { readonly nowMs: number; readonly asOfMs: number },
): void {
  const reason = `restored from a backup with data as of ${new Date(asOfMs).toISOString()}`;
  const store = new Database(storeFile, { fileMustExist: true });
  try {
    store.transaction(() => {
      for (const table of ['healing_holds', 'automation_holds']) {
        store
          .prepare(
            `insert or replace into ${table} (id, tenant_id, reason, held_at_ms, held_by, until_ms)
             select ?, id, ?, ?, ?, null from tenants where is_platform = 1`,
          )
          .run(ALL, reason, nowMs, RESTORE_PRINCIPAL);
      }
      store.prepare("update workflow_triggers set reached = ? where kind = 'schedule'").run(nowMs);
      store.prepare('update workflow_triggers set since_ms = ?').run(nowMs);
      store.prepare('delete from notification_messages').run();
    })();
  } finally {
    store.close();
  }
}
