/** The iterator behind a subscription, without HTTP around it. */

import { describe, expect, test } from '@jest/globals';
import { assert } from '@novacron/contract/result';
import { beginRequest } from '../../app/kernel/context/call-context.ts';
import { createEventHub } from '../events/event-hub.ts';
import { fakeApplication, recordingLogger, secretOf } from '../test-kit/fake-application.ts';
import { fakeEventFeed } from '../test-kit/fake-event-feed.ts';
import { virtualTimers } from '../test-kit/virtual-timers.ts';
import { createGraphqlContext } from './graphql-context.ts';
import { subscribeToEvents } from './subscribe-to-events.ts';

async function subscribe() {
  const application = fakeApplication();
  const feed = fakeEventFeed();
  application.answerWith(feed.list);
  const { logger } = recordingLogger();
  const core = { application, logger, eventFeed: feed, timers: virtualTimers() };
  const secret = secretOf('viewer');
  const principal = await application.authenticate(secret);
  assert(principal.ok, 'the key of the test is not known');
  const aborter = new AbortController();
  const context = createGraphqlContext({
    core,
    hub: createEventHub(core),
    secret,
    caller: {
      principal: principal.value,
      requestId: application.nextRequestId(),
      client: 'rest',
      deployment: 'default',
      signal: aborter.signal,
      request: beginRequest(),
    },
  });
  // The stored event says that the stream is live soon after.
  feed.store();
  const steps = subscribeToEvents({ after_position: 0 }, context)[Symbol.asyncIterator]();
  await steps.next();
  return { feed, steps, aborter };
}

describe('a subscription', () => {
  test('ends for a reader who lets more than 2000 events pile up', async () => {
    const { feed, steps } = await subscribe();
    for (let count = 0; count <= 2_000; count += 1) feed.publish();
    await expect(steps.next()).rejects.toThrow('The client reads events too slowly.');
    expect(await steps.next()).toEqual({ done: true, value: undefined });
  });

  test('ends when its caller hangs up, also while it waits', async () => {
    const { steps, aborter } = await subscribe();
    const waiting = steps.next();
    aborter.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});
