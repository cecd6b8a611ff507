/** Lists are filtered, searched, sorted and counted by the same vocabulary. */
import { describeLists } from '../test-kit/lists-suite.ts';

describeLists('SQLite');
