/** Requirements for every store, whatever its database: each adapter's test runs this suite. */
import { afterEach, beforeEach, describe } from '@jest/globals';
import { assert } from '@novacron/contract/result';
import { describeGroups } from './suite/groups-suite.ts';
import { describeGuards } from './suite/guards-suite.ts';
import { describeModel } from './suite/model-suite.ts';
import { describeQueries } from './suite/queries-suite.ts';
import type { OpenStore } from './suite/rows.ts';
import { describeTriggers } from './suite/triggers-suite.ts';

/**
 * Declares the suite of one adapter.
 * @param name - what the report calls it
 * @param open - makes an empty store for each test
 */
export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    let opened: Awaited<ReturnType<OpenStore>> | undefined;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.remove();
    });
    const current = () => {
      assert(opened !== undefined, 'a test has a store');
      return opened.store;
    };
    describeGuards(current);
    describeGroups(current);
    describeQueries(current);
    describeTriggers(current);
    describeModel(open);
  });
}
