/** What writes of one plan take from each other, in the embedded store. */
import { describeValueIntents } from '../test-kit/value-intents-suite.ts';

describeValueIntents('SQLite');
