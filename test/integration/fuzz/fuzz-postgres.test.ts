import { afterAll } from '@jest/globals';
import { type PostgresServer, startPostgres } from '../../support/services/start-postgres.ts';
import { describeFuzz } from './fuzz-suite.ts';

let postgres: PostgresServer | undefined;

describeFuzz('PostgreSQL', async () => {
  postgres = await startPostgres();
  return postgres.createDatabase();
});

afterAll(() => postgres?.remove());
