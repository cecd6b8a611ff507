/** Values exchanged between the writes of one plan, in PostgreSQL. */
import { ok } from '@novacron/contract/result';
import { usePostgres } from '../../../server/src/adapters/store/postgres/test-kit/use-postgres.ts';
import { describeValueIntents } from '../test-kit/value-intents-suite.ts';

const postgres = usePostgres();

describeValueIntents('PostgreSQL', async (inspect) => {
  const { store, remove } = await postgres.openStore({ inspect });
  return ok({ ...store, close: remove });
});
