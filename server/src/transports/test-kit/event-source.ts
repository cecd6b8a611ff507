/** Reads a GraphQL subscription as it comes over HTTP: server-sent events. */
import { assert } from '@novacron/contract/result';
import { z } from 'zod';
import { secretOf } from './fake-application.ts';
import type { FakeServer } from './start-fake-server.ts';

const Answer = z.looseObject({
  data: z.looseObject({ events: z.looseObject({ position: z.int() }) }).optional(),
  errors: z
    .array(z.looseObject({ extensions: z.looseObject({ problem: z.unknown() }) }))
    .optional(),
});

/** One answer of a subscription. */
type Answer = z.infer<typeof Answer>;

/** A subscription that runs. */
export interface EventSource {
  /** The next answer; `undefined` when there is none any more. */
  readonly next: () => Promise<Answer | undefined>;
  readonly hangUp: () => void;
}

/** Subscribes to the positions of events. */
export async function openEventSource(
  fake: FakeServer,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<EventSource> {
  const aborter = new AbortController();
  const response = await fetch(`${fake.server.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secretOf('viewer')}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify({
      query:
        'subscription($filter: EventFilter, $after: Long) {' +
        ' events(filter: $filter, after_position: $after) { position type priority } }',
      variables,
    }),
    signal: aborter.signal,
  });
  assert(response.body !== null, 'a subscription is answered without a body');
  const answers = readAnswers(response.body);
  return {
    next: async () => (await answers.next()).value,
    hangUp: () => aborter.abort(),
  };
}

async function* readAnswers(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<Answer, undefined, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.+)$/m.exec(block)?.[1];
      if (data !== undefined) yield Answer.parse(JSON.parse(data));
    }
  }
  return undefined;
}
