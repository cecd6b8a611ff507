import { join } from 'node:path';
import { describeHalfDone } from './half-done-suite.ts';
import { writeSqlite } from './load-half-done.ts';

describeHalfDone({
  name: 'sqlite',
  write: async (dataDir, halfDone) => {
    await writeSqlite(join(dataDir, 'novacron.db'), halfDone);
    return { kind: 'embedded' };
  },
});
