/** The lists of a server whose store is in PostgreSQL. */
import { ok } from '@novacron/contract/result';
import { usePostgres } from '../../../server/src/adapters/store/postgres/test-kit/use-postgres.ts';
import { describeLists } from '../test-kit/lists-suite.ts';

const postgres = usePostgres();

describeLists('PostgreSQL', {
  openStore: async (inspect) => {
    const { store, remove } = await postgres.openStore({ inspect });
    return ok({ ...store, close: remove });
  },
});
