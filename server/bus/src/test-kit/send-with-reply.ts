/** A client of the bus that does what no bus of ours does: it chooses the reply subjects itself. */
import { type ConnectionOptions, connect } from '@nats-io/transport-node';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';

/** Subjects of the requests and of their forged reply addresses. */
export interface ForgedRequests {
  /** Subjects that it may both publish and receive, on which it asks itself. */
  readonly own: readonly string[];
  /** Subjects of others, which it names for the answers. */
  readonly replies: readonly string[];
}

/**
 * Sends itself requests whose answers belong to others, and answers them.
 * @returns the names of the errors that the bus answered, once there are as many as answers
 */
export async function sendWithReply(
  options: ConnectionOptions,
  { own, replies }: ForgedRequests,
): Promise<readonly string[]> {
  const connection = await connect(options);
  const errors: string[] = [];
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'error') errors.push(status.error.name);
    }
  })();
  for (const subject of own) {
    connection.subscribe(subject, {
      callback: (_error, message) => {
        message.respond('{}');
      },
    });
    for (const reply of replies) connection.publish(subject, '{}', { reply });
  }
  try {
    const wanted = own.length * replies.length;
    return await waitUntil('the errors', () => (errors.length >= wanted ? errors : undefined));
  } finally {
    await connection.close();
  }
}
