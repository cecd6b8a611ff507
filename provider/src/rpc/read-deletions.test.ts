import { describe, expect, test } from '@jest/globals';
import { type Client, createClient } from '@novacron/contract/client/client';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { createDeletions } from './read-deletions.ts';

const { signal } = new AbortController();

/** A server whose log knows the ends of resources with these ids. */
function serverThatKnows(isKnown: (id: string) => boolean) {
  const asked: string[] = [];
  const client: Client<{ readonly signal?: AbortSignal }> = createClient(async (_name, input) => {
    const { resource_id: id } = input as { readonly resource_id: string };
    asked.push(id);
    return ok({ items: [], ...(isKnown(id) ? { deleted: [deletedOf(id)] } : {}) });
  });
  return { client, asked };
}

const deletedOf = (id: string) => ({
  resource_kind: 'vm',
  resource_id: id,
  resource_name: id,
  severity: 'critical',
  cause: { principal: 'bea', client: 'cli', request_id: 'req_1', at: '2025-01-01T00:00:00.000Z' },
  explanation: ['gone'],
});

const ids = (count: number) => Array.from({ length: count }, (_, index) => `vm_${index}`);

describe('resources that are gone', () => {
  test('are asked about one by one, then summarized once, however many there are', async () => {
    const { client, asked } = serverThatKnows(() => true);
    const find = createDeletions(client, 3);
    const reported = await Promise.all(ids(9).map((id) => find(id, signal)));
    expect(reported.slice(0, 3)).toMatchObject(
      ids(3).map((id) => ({ kind: 'individual', deleted: { resource_id: id } })),
    );
    expect(reported.slice(3).map(({ kind }) => kind)).toEqual([
      'summary',
      ...Array(5).fill('suppressed'),
    ]);
    expect(asked).toEqual(ids(3));
  });

  test.each([0, 2])(
    'that are unexplained are reported once (%i one by one)',
    async (warningsMax) => {
      const { client } = serverThatKnows(() => false);
      const find = createDeletions(client, warningsMax);
      const reported = await Promise.all(ids(4).map((id) => find(id, signal)));
      expect(reported.map(({ kind }) => kind)).toEqual([
        'unexplained',
        ...Array(3).fill('suppressed'),
      ]);
    },
  );

  test('without a trace among others are reported besides them', async () => {
    const { client } = serverThatKnows((id) => id !== 'vm_1');
    const find = createDeletions(client, 3);
    const reported = await Promise.all(ids(3).map((id) => find(id, signal)));
    expect(reported.map(({ kind }) => kind)).toEqual(['individual', 'unexplained', 'individual']);
  });

  test('are summarized alone where none is to be reported by itself', async () => {
    const { client, asked } = serverThatKnows(() => true);
    const find = createDeletions(client, 0);
    const reported = [await find('vm_0', signal), await find('vm_1', signal)];
    expect(reported.map(({ kind }) => kind)).toEqual(['summary', 'suppressed']);
    expect(asked).toEqual(['vm_0']);
  });

  test('are silent where the report is refused', async () => {
    const refusal = problem('forbidden', { detail: 'No.', remedy: 'Ask.' });
    const find = createDeletions(
      createClient(async () => err(refusal)),
      3,
    );
    expect(await find('vm_0', signal)).toEqual({ kind: 'suppressed' });
  });
});
