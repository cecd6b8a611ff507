import { describeFuzz } from './fuzz-suite.ts';

describeFuzz('SQLite');
