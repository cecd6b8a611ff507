/** SQLite passes the suite of stores. */
import { describeStore } from '../store-suite.ts';
import { openTemporaryStore } from './temporary-store.ts';

describeStore('the store on SQLite', async () => {
  const { store, remove } = await openTemporaryStore();
  return { store, remove };
});
