/**
 * The price lists of one server. What another server writes counts within seconds, so a price that
 * changes now is not asked for with every decision.
 */

import type { PriceList } from '@novacron/engine/cost/model/price-list';
import { priceListAt } from '@novacron/engine/cost/plan-price';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import type { ChangeSet, Store } from '../../../ports/store.ts';
import { type Repeating, repeatWork } from '../../kernel/reconcilers/repeat-work.ts';
import { toPriceList } from './to-price-list.ts';

/** Interval at which a server checks for lists of other servers. Unit: ms. */
const FOLLOW_MS = 5_000;

/** The price lists of a server. */
export interface PriceBook {
  /** The list in force; undefined: none. */
  readonly current: () => PriceList | undefined;
  /** Whether charges are recorded: since there was a list, also where the last one is deleted. */
  readonly isCharging: () => boolean;
  /** Reads the stored lists, and has them count from now on. */
  readonly load: () => Promise<void>;
  /** Loads lists after a commit that has changed them. */
  readonly note: (changes: ChangeSet) => Promise<void>;
  /** Loads every few seconds, where other servers change the store as well. */
  readonly follow: () => void;
  readonly stop: () => void;
}

/** Makes the book of a server; what is stored counts once it has been loaded. */
export function createPriceBook(ports: {
  readonly store: Pick<Store, 'read' | 'tally'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}): PriceBook {
  const { store, clock, timers, logger } = ports;
  let lists: readonly PriceList[] = [];
  let known = '';
  let hasCharges = false;
  let following: Repeating | undefined;

  async function load(): Promise<void> {
    // Lists may be long: they are read only where one has changed.
    const groups = await store.tally({ from: 'price_lists', by: ['id', 'revision'] });
    const found = JSON.stringify(groups.map(({ values }) => values.join('/')).toSorted());
    if (found === known) return;
    lists = (await store.read({ from: 'price_lists' })).map(toPriceList);
    hasCharges = (await store.read({ from: 'charges', limit: 1 })).length > 0;
    known = found;
  }

  return {
    current: () => priceListAt(lists, clock.nowMs()),
    isCharging: () => lists.length > 0 || hasCharges,
    load,
    note: async (changes) => {
      if (changes.some(changesLists)) await load();
    },
    follow: () => {
      following = repeatWork(timers, {
        everyMs: FOLLOW_MS,
        work: load,
        onFailure: (cause) => logger.debug({ cause }, 'the price lists cannot be read'),
      });
    },
    stop: () => following?.stop(),
  };
}

function changesLists(change: ChangeSet[number]): boolean {
  switch (change.kind) {
    case 'insert':
    case 'put':
      return change.into === 'price_lists';
    case 'update':
      return change.table === 'price_lists';
    case 'delete':
      return change.from === 'price_lists';
    default:
      return false;
  }
}
