/** The hub: how many streams it takes, and what happens when one of them breaks. */
import { describe, expect, test } from '@jest/globals';
import { assert } from '@novacron/contract/result';
import { fakeApplication, recordingLogger } from '../test-kit/fake-application.ts';
import { fakeEventFeed } from '../test-kit/fake-event-feed.ts';
import { sampleId } from '../test-kit/sample-values.ts';
import { virtualTimers } from '../test-kit/virtual-timers.ts';
import { createEventHub, type HubMember, STREAM_LIMITS } from './event-hub.ts';

function setUp() {
  const { logger, lines } = recordingLogger();
  const eventFeed = fakeEventFeed();
  const hub = createEventHub({
    application: fakeApplication(),
    timers: virtualTimers(),
    logger,
    eventFeed,
  });
  return { hub, eventFeed, lines };
}

function memberWith(changes: Partial<HubMember> = {}): HubMember {
  return {
    requestId: sampleId('req'),
    holder: {},
    hear: () => undefined,
    end: () => undefined,
    ...changes,
  };
}

describe('the hub', () => {
  test('takes a thousand streams, and another one when one of them has ended', () => {
    const { hub } = setUp();
    const leaving = hub.join(memberWith());
    assert(leaving.ok, 'the first stream is refused');
    for (let count = 1; count < STREAM_LIMITS.total; count += 1) hub.join(memberWith());
    expect(hub.join(memberWith())).toMatchObject({
      error: {
        code: 'unavailable',
        detail: 'The server already serves 1000 event streams, which is the limit.',
      },
    });
    leaving.value();
    expect(hub.join(memberWith()).ok).toBe(true);
  });

  test('ends the stream that breaks and notifies the others', () => {
    const { hub, eventFeed, lines } = setUp();
    const heard: number[] = [];
    const ended: string[] = [];
    hub.join(
      memberWith({
        hear: () => {
          throw new Error('broken');
        },
        end: ({ code }) => ended.push(code),
      }),
    );
    hub.join(memberWith({ hear: ({ event }) => heard.push(event.position) }));
    eventFeed.publish();
    expect(heard).toEqual([1]);
    expect(ended).toEqual(['internal']);
    expect(lines).toMatchObject([{ level: 'error' }]);
  });

  test('accepts no stream once it is closed, and listens to nothing', () => {
    const { hub, eventFeed } = setUp();
    const ended: string[] = [];
    hub.join(memberWith({ end: ({ detail }) => ended.push(detail) }));
    hub.close();
    expect(ended).toEqual(['The server is stopping.']);
    expect(eventFeed.listeners()).toBe(0);
    expect(hub.join(memberWith()).ok).toBe(false);
  });
});
