import { openTemporaryStore } from '../../../server/src/adapters/store/sqlite/temporary-store.ts';
import { describeSignedStore } from '../test-kit/signed-store-suite.ts';

describeSignedStore('SQLite', openTemporaryStore);
