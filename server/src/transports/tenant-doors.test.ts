/** Effect of a tenant's features and roles on routes that call no operation of the table. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { ok } from '@novacron/contract/result';
import { HEARTBEAT_MS } from './events/watch-key.ts';
import { sampleId } from './test-kit/sample-values.ts';
import { type FakeServer, startFakeServer } from './test-kit/start-fake-server.ts';
import { connect, subscribe } from './test-kit/web-socket-client.ts';

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer();
});

afterEach(() => fake.stop());

/** Every key has a role that a tenant made, with these operations. */
function allow(...operations: readonly OperationName[]): void {
  const holder = { id: sampleId('key'), name: 'ci', role: 'deployer', tenantId: sampleId('tnt') };
  const principal = { ...holder, operations: new Set(operations) };
  fake.application.authenticateWith(async () => ok(principal));
}

const QUERY = JSON.stringify({ query: '{ vms { next_cursor } }' });

describe('a tenant without a feature', () => {
  test('is not served over GraphQL', async () => {
    fake.application.withoutFeature('graphql');
    const received = await fake.sendRefused('/graphql', { method: 'POST', body: QUERY });
    expect(received.body).toMatchObject({ code: 'feature-disabled', status: 403 });
  });

  test('hears no events', async () => {
    fake.application.withoutFeature('event_streams');
    allow('event.list');
    const client = await connect(fake, { authorization: 'Bearer any' });
    client.say({ type: 'subscribe' });
    expect(await client.nextProblem()).toMatchObject({ code: 'feature-disabled' });
  });
});

describe('a role of the tenant', () => {
  test('answers queries of GraphQL field by field', async () => {
    allow('network.list');
    const query = JSON.stringify({ query: '{ vms { next_cursor } networks { next_cursor } }' });
    const { body } = await fake.send('/graphql', { method: 'POST', body: query });
    expect(body).toMatchObject({
      data: { vms: null },
      errors: [
        {
          message: 'Your role deployer does not allow vm.list.',
          extensions: { code: 'forbidden' },
        },
      ],
    });
  });

  test('hears events only where it may list them', async () => {
    allow('vm.list');
    const client = await connect(fake, { authorization: 'Bearer any' });
    client.say({ type: 'subscribe' });
    expect(await client.nextProblem()).toMatchObject({
      code: 'forbidden',
      detail: 'Your role deployer does not allow event.list, which streams require.',
    });
  });

  test('that loses events ends its streams', async () => {
    fake.application.answerWith(fake.feed.list);
    allow('event.list');
    const client = await subscribe(fake);
    await client.next();
    allow('vm.list');
    fake.timers.advance(HEARTBEAT_MS);
    expect(await client.nextProblem()).toMatchObject({ code: 'unauthenticated' });
  });

  test('reads metrics only where it may see nodes', async () => {
    allow('vm.list');
    expect((await fake.send('/metrics')).status).toBe(403);
    allow('node.list');
    expect((await fake.send('/metrics')).body).toMatchObject({
      detail: 'This server does not collect metrics.',
    });
  });
});
