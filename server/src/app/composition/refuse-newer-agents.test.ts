import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { openTemporaryStore } from '../../adapters/store/sqlite/temporary-store.ts';
import { nodeRow } from '../../adapters/store/suite/rows.ts';
import { refuseNewerAgents } from './refuse-newer-agents.ts';

let opened: Awaited<ReturnType<typeof openTemporaryStore>>;
beforeEach(async () => {
  opened = await openTemporaryStore();
  const releases = { a: '0.1.4', b: '0.3.0', c: '0.2.0', d: null };
  const rows = Object.entries(releases).map(([name, agent_release]) =>
    nodeRow(`node_${name}`, { name, agent_release, status: name === 'b' ? 'lost' : 'ready' }),
  );
  const otherwise = problem('conflict', { detail: 'Taken.', remedy: 'None.' });
  const changes = rows.map((row) => ({ kind: 'insert', into: 'nodes', row, otherwise }) as const);
  await opened.store.commit(changes);
});
afterEach(() => opened.remove());

test('a server does not start before agents that are newer went back', async () => {
  const deps = { store: opened.store, serverVersion: '0.1.0' };
  expect(await refuseNewerAgents(deps)).toMatchObject({
    error: {
      detail: 'This server is of release 0.1.0, and agents are of a newer one (0.2.0): c.',
      remedy:
        'Install the agents of 0.1.0 on these nodes first, while the servers of 0.2.0 run, or ' +
        'start a server of 0.2.0.',
    },
  });
});

test('a server of the release of its agents starts, and one that is newer', async () => {
  for (const serverVersion of ['0.2.0', '0.3.1']) {
    expect(await refuseNewerAgents({ store: opened.store, serverVersion })).toMatchObject({
      ok: true,
    });
  }
});
