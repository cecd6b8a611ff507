import { join } from 'node:path';
import { writeSqlite } from '../../../server/src/adapters/store/suite/write-left-rows.ts';
import { describeHalfDone } from './half-done-suite.ts';

describeHalfDone({
  name: 'sqlite',
  write: async (dataDir, halfDone) => {
    await writeSqlite(join(dataDir, 'novacron.db'), halfDone);
    return { kind: 'embedded' };
  },
});
