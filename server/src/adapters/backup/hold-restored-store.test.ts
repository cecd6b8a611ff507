import { expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { openTemporaryStore } from '../store/sqlite/temporary-store.ts';
import { holdRestoredStore } from './hold-restored-store.ts';

const AS_OF_MS = Date.parse('2026-03-01T00:00:00Z');
const NOW_MS = AS_OF_MS + 3_600_000;

/** Columns in the order of the tables, as a store that was backed up has them. */
const ROWS = `
  insert into tenants (id, name, is_platform, revision, created_at_ms)
  values ('tnt_a', 'first', 1, 1, 1), ('tnt_b', 'other', 0, 1, 1);
  insert into automation_holds (id, tenant_id, reason, held_at_ms, held_by)
  values ('all', 'tnt_a', 'an earlier one', 1, 'ann'), ('tnt_b', 'tnt_b', 'of one', 1, 'bob');
`;

function trigger(id: string, kind: string, reached: number): string {
  return `insert into workflow_triggers (id, tenant_id, workflow_id, kind, version, spec_json,
      author_json, state, since_ms, reached)
    values ('${id}', 'tnt_a', 'wf_a', '${kind}', 1, '{}', '{}', 'on', 5, ${reached});`;
}

test('healing and automation are held for all, and nothing earlier is made up for', async () => {
  const { path, remove } = await openTemporaryStore();
  try {
    const store = new Database(path);
    store.pragma('foreign_keys = off');
    store.exec(ROWS);
    store.exec(trigger('schedule', 'schedule', AS_OF_MS));
    store.exec(trigger('event', 'event', 17));
    store.exec(
      `insert into notification_messages (id, tenant_id, channel_id, message_json, attempts,
         ready_ms, due_ms) values ('m', 'tnt_a', 'ch_a', '{}', 0, 1, 1)`,
    );
    holdRestoredStore(path, { nowMs: NOW_MS, asOfMs: AS_OF_MS });
    const reason = 'restored from a backup with data as of 2026-03-01T00:00:00.000Z';
    const hold = { id: 'all', tenant_id: 'tnt_a', reason, held_at_ms: NOW_MS, held_by: 'restore' };
    const read = (sql: string) => store.prepare(sql).all();
    expect(read('select * from healing_holds')).toMatchObject([hold]);
    expect(read('select * from automation_holds order by id')).toMatchObject([
      hold,
      { id: 'tnt_b', held_by: 'bob' },
    ]);
    expect(read('select id, since_ms, reached from workflow_triggers order by id')).toEqual([
      { id: 'event', since_ms: NOW_MS, reached: 17 },
      { id: 'schedule', since_ms: NOW_MS, reached: NOW_MS },
    ]);
    expect(read('select * from notification_messages')).toEqual([]);
    store.close();
  } finally {
    await remove();
  }
});
