/** Values exchanged between the writes of one plan, in the embedded store. */
import { describeValueIntents } from '../test-kit/value-intents-suite.ts';

describeValueIntents('SQLite');
