/** To which run the answer of a create belongs, in PostgreSQL. */
import { ok } from '@novacron/contract/result';
import { usePostgres } from '../../../server/src/adapters/store/postgres/test-kit/use-postgres.ts';
import { describeClaims } from '../test-kit/claims-suite.ts';

const postgres = usePostgres();

describeClaims('PostgreSQL', async (inspect) => {
  const { store, remove } = await postgres.openStore({ inspect });
  return ok({ ...store, close: remove });
});
