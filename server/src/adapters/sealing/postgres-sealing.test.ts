import { openPostgresStore } from '../store/postgres/open-postgres-store.ts';
import { usePostgres } from '../store/postgres/test-kit/use-postgres.ts';
import { describeSealing } from './suite/sealing-suite.ts';

const postgres = usePostgres();

describeSealing({ name: 'PostgreSQL', servers: 'several' }, async () => {
  const made = await postgres.openStore();
  return {
    open: (inspect) => openPostgresStore({ url: made.url, inspect }),
    remove: made.remove,
  };
});
