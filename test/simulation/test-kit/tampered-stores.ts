/** Stores with a fault in them, to prove that the simulation sees it. */
import type { Change, ChangeSet, Store, Update } from '@novacron/server/ports/store';

/** A fault, by what it does. */
export interface Tampering {
  readonly name: string;
  readonly tamper: (store: Store) => Store;
}

type Rewrite = (changes: ChangeSet) => ChangeSet;

function rewriting(name: string, rewrite: Rewrite): Tampering {
  const tamper = (store: Store): Store => ({
    ...store,
    commit: (changes) => store.commit(rewrite(changes)),
  });
  return { name, tamper };
}

/** Rewrites every n-th of the sets that it is about. */
function everyNth(count: number, isMeant: (change: Change) => boolean, rewrite: Rewrite): Rewrite {
  let seen = 0;
  return (changes) => {
    if (!changes.some(isMeant)) return changes;
    seen += 1;
    return seen % count === 0 ? rewrite(changes) : changes;
  };
}

function isInsert(table: string): (change: Change) => boolean {
  return (change) => change.kind === 'insert' && change.into === table;
}

const without =
  (isMeant: (change: Change) => boolean): Rewrite =>
  (changes) =>
    changes.filter((change) => !isMeant(change));

const takesFromNode = (change: Change): boolean =>
  change.kind === 'add' && change.table === 'nodes';

const endsInFailure = (change: Change): boolean =>
  change.kind === 'update' && change.table === 'operations' && isFailed(change.set);

function isFailed(set: object): boolean {
  return 'status' in set && set.status === 'failed';
}

/** Reports whether a change is the executor's own record at the end of an operation. */
const isRecord = (change: Change): boolean => {
  const table = 'into' in change ? change.into : 'table' in change ? change.table : '';
  return ['operations', 'operation_log', 'events'].includes(table);
};

/** Every fault; each is to be found within a few seeds. */
export const TAMPERINGS: readonly (() => Tampering)[] = [
  () =>
    rewriting(
      'a store that loses what one set in five takes from its node',
      everyNth(5, takesFromNode, without(takesFromNode)),
    ),
  () =>
    rewriting(
      'an executor that ends failed operations without giving anything back',
      everyNth(1, endsInFailure, (changes) => changes.filter(isRecord)),
    ),
  () =>
    rewriting(
      'a store that forgets one acknowledged write in ten',
      everyNth(10, isInsert('operations'), () => []),
    ),
  () =>
    rewriting(
      'an audit log that misses one entry in ten',
      everyNth(10, isInsert('audit'), without(isInsert('audit'))),
    ),
  () =>
    rewriting(
      'idempotency keys that are not kept',
      everyNth(1, isInsert('idempotency_keys'), without(isInsert('idempotency_keys'))),
    ),
  () =>
    rewriting('writers that do not check for a conflict', (changes) =>
      changes.map((change) => {
        const copy = structuredClone(change);
        const isChecked = copy.kind === 'update' && 'revision' in Object(copy.expect);
        if (isChecked) Reflect.set(copy, 'expect', {});
        return copy;
      }),
    ),
  () =>
    rewriting(
      'a relay that leaves out a position',
      everyNth(10, hasPosition, (changes) =>
        changes.map((change) =>
          hasPosition(change) ? { ...change, set: { position: positionOf(change) + 1 } } : change,
        ),
      ),
    ),
];

function hasPosition(change: Change): change is Update<'events'> {
  return change.kind === 'update' && change.table === 'events' && 'position' in change.set;
}

function positionOf({ set }: Update<'events'>): number {
  return Number(set.position);
}

const isBaseline = (change: Change): boolean =>
  change.kind === 'put' && change.into === 'baselines';

/** Drift is then measured from something else, or not at all. */
export const LOSE_BASELINES = (): Tampering =>
  rewriting(
    'a store that loses every second baseline',
    everyNth(2, isBaseline, without(isBaseline)),
  );

/** Drift then has no actor. */
export const LOSE_CAUSES = (): Tampering =>
  rewriting('a store that loses the audit log', without(isInsert('audit')));
