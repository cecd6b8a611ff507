/** Looks into the data directory of a server that does not run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Machine } from '@novacron/contract/agent/machine';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { findFaults } from '../../scenarios/test-kit/find-faults.ts';

const Row = z.looseObject({ node: z.string(), machine: z.string() });

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
  const file = join(dataDir, 'agents', '_fleet.db');
  if (!existsSync(file)) return new Map();
  const database = new Database(file, { readonly: true });
  const rows = database.prepare('SELECT node, machine FROM simulated_machines').all();
  database.close();
  const machines = new Map<string, Machine[]>();
  for (const row of rows) {
    const { node, machine } = Row.parse(row);
    machines.set(node, [...(machines.get(node) ?? []), Machine.parse(JSON.parse(machine))]);
  }
  return machines;
}
