/** PostgreSQL passes the suite of stores. */
import { describeStore } from '../store-suite.ts';
import { usePostgres } from './test-kit/use-postgres.ts';

const postgres = usePostgres();

describeStore('the store on PostgreSQL', () => postgres.openStore());
