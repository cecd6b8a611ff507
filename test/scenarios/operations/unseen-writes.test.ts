/** A database that goes away just when a write is stored: what was made is not denied. */
import { describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** Returns the error with which a store rejects reads while its database is down. */
function outOfReach(): Error {
  const found = problem('unavailable', { detail: 'It is out of reach.', remedy: 'Wait.' });
  return Object.assign(new Error('a query could not be answered'), { problem: found });
}

/** Error of all reads from the next admission of an operation on. */
let cause: (() => Error) | undefined;
let isAway = false;

const bench = useBench({
  wrapStore: (store) => ({
    ...store,
    read: (query) => (isAway && cause !== undefined ? Promise.reject(cause()) : store.read(query)),
    commit: async (changes) => {
      const answer = await store.commit(changes);
      const isAdmission = changes.some(
        (change) => change.kind === 'insert' && change.into === 'operations',
      );
      isAway ||= isAdmission && cause !== undefined;
      return answer;
    },
  }),
});

/** Lets reads fail from the commit of an operation on, until it is called. */
function loseReads(error: () => Error): () => void {
  cause = error;
  return () => {
    cause = undefined;
    isAway = false;
  };
}

describe('a write that is stored and cannot be shown', () => {
  test('is answered as made, with its operation', async () => {
    const mend = loseReads(outOfReach);
    const refused = await bench().expectProblem('network.create', {
      name: 'n',
      cidr: '10.0.0.0/16',
    });
    mend();
    const { items } = await bench().expectOk('operation.list', {});
    const [operation] = items;
    expect(refused).toMatchObject({
      code: 'unavailable',
      detail:
        `The change was made, as operation ${operation?.id}, but the server's database became ` +
        'unavailable before it could be shown.',
      remedy: 'Read the operation in a few seconds instead of sending the request again.',
      data: { outcome: 'made', operation_id: operation?.id },
    });
    expect(operation).toMatchObject({ kind: 'network.create', target_name: 'n' });
  });

  test('is carried out all the same', async () => {
    const mend = loseReads(outOfReach);
    const refused = await bench().expectProblem('vm.create', SMALL_VM);
    mend();
    const { items } = await bench().expectOk('operation.list', {});
    expect(items.map(({ id }) => id)).toEqual([refused.data?.operation_id]);
    for (const operation of items) {
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    }
  });

  test('that meets a fault of ours stays a fault', async () => {
    const mend = loseReads(() => new TypeError('a bug'));
    const refused = await bench().expectProblem('network.create', {
      name: 'n',
      cidr: '10.0.0.0/16',
    });
    mend();
    expect(refused.code).toBe('internal');
    expect(bench().errors.splice(0)).toHaveLength(1);
  });
});
