import { usePostgres } from '../../../server/src/adapters/store/postgres/test-kit/use-postgres.ts';
import { describeSignedStore } from '../test-kit/signed-store-suite.ts';

const postgres = usePostgres();

describeSignedStore('PostgreSQL', () => postgres.openStore());
