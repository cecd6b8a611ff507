import { join } from 'node:path';
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts';
import { makeTemporaryDirectory } from '../store/sqlite/temporary-store.ts';
import { describeSealing } from './suite/sealing-suite.ts';

describeSealing({ name: 'SQLite', servers: 'one' }, async () => {
  const { directory, remove } = makeTemporaryDirectory();
  return {
    open: (inspect) => openSqliteStore({ path: join(directory, 'novacron.db'), inspect }),
    remove: async () => remove(),
  };
});
