/**
 * A process that holds a store against what may never happen in it: the checks of the simulation,
 * on a store that a server is writing to. A process of its own, so that clients do not wait for it.
 */
import { register } from 'node:module';
import Database from 'better-sqlite3';
import { serveOrders } from './serve-orders.mjs';

register('../../simulation/load-typescript.mjs', import.meta.url);

const { readAccounts } = await import('../../simulation/checks/books.ts');
const { checkAccounts } = await import('../../simulation/checks/check-accounts.ts');
const { checkRules } = await import('../../simulation/checks/check-rules.ts');

serveOrders(
  {},
  {
    /** @returns what is wrong at this moment, a sentence each */
    check: async ({ path }) => {
      const accounts = await readAccounts(openReader(path));
      return { violations: checkRules(accounts), overcommits: checkAccounts(accounts) };
    },
    stop: async () => ({}),
  },
);

/** The one question that the checks have for a store. */
function openReader(path) {
  const snapshot = async (queries) => {
    const database = new Database(path, { readonly: true });
    const readAll = ([name, { from }]) => [
      name,
      database.prepare(`select * from ${from} order by id`).all(),
    ];
    try {
      const read = database.transaction(() => Object.entries(queries).map(readAll));
      return Object.fromEntries(read());
    } finally {
      database.close();
    }
  };
  return { snapshot };
}
