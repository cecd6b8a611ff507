import { afterAll, beforeAll } from '@jest/globals';
import { writePostgres } from '../../../server/src/adapters/store/suite/write-left-rows.ts';
import { type PostgresServer, startPostgres } from '../../support/services/start-postgres.ts';
import { describeHalfDone } from './half-done-suite.ts';

const START_MS_MAX = 60_000;

let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await startPostgres();
}, START_MS_MAX);
afterAll(() => postgres?.remove(), START_MS_MAX);

describeHalfDone({
  name: 'postgres',
  write: async (_dataDir, halfDone) => {
    const url = await postgres.createDatabase();
    await writePostgres(url, halfDone);
    return { kind: 'postgres', url };
  },
});
