/** Looks into the data directory of a server that does not run. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Machine } from '@novacron/contract/agent';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import Database from 'better-sqlite3';
import { findFaults } from '../../scenarios/test-kit/find-faults.ts';

/** @returns a sentence for each disagreement of the books with each other or with the machines */
export async function findFaultsIn(dataDir: string): Promise<string[]> {
  const opened = await openSqliteStore({ path: join(dataDir, 'novacron.db') });
  if (!opened.ok) return [opened.error.detail];
  try {
    return await findFaults({ store: opened.value, machines: readMachines(dataDir) });
  } finally {
    await opened.value.close();
  }
}

/** The machines of the simulated fleet, by name of their node. */
function readMachines(dataDir: string): ReadonlyMap<string, readonly Machine[]> {
  const folder = join(dataDir, 'agents');
  const files = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith('.db'))
    : [];
  return new Map(
    files.map((name) => {
      const database = new Database(join(folder, name), { readonly: true });
      const texts = database.prepare('SELECT machine FROM simulated_machines').pluck().all();
      database.close();
      return [
        name.slice(0, -'.db'.length),
        texts.map((text) => Machine.parse(JSON.parse(String(text)))),
      ];
    }),
  );
}
