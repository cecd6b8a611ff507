/** Hears the events of one server over its WebSocket, across all of its lives. */
import { waitUntil } from '@novacron/testing/wait-until';
import { WebSocket } from 'ws';
import { z } from 'zod';

const Said = z.looseObject({
  type: z.string(),
  event: z.looseObject({ position: z.int(), id: z.string() }).optional(),
});

/** A listener that comes back where it left off. */
export interface EventFollower {
  /** Positions in the order in which they were heard. */
  readonly positions: readonly number[];
  readonly stop: () => Promise<void>;
}

/** Begins with the first event there is. */
export function followEvents(url: () => string | undefined, apiKey: string): EventFollower {
  const positions: number[] = [];
  const stopping = new AbortController();
  const following = (async () => {
    while (!stopping.signal.aborted) {
      const at = await waitUntil('the server to be back', () =>
        stopping.signal.aborted ? 'nowhere' : url(),
      );
      if (at !== 'nowhere') await listen(at);
    }
  })();

  function listen(at: string): Promise<void> {
    return new Promise((resolve) => {
      const headers = { authorization: `Bearer ${apiKey}` };
      const socket = new WebSocket(`${at.replace('http', 'ws')}/ws`, { headers });
      const end = (): void => socket.terminate();
      stopping.signal.addEventListener('abort', end, { once: true });
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'subscribe', after_position: positions.at(-1) ?? 0 })),
      );
      socket.on('message', (bytes) => {
        const said = Said.parse(JSON.parse(String(bytes)));
        if (said.event !== undefined) positions.push(said.event.position);
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        stopping.signal.removeEventListener('abort', end);
        resolve();
      });
    });
  }

  return {
    positions,
    stop: async () => {
      stopping.abort();
      await following;
    },
  };
}
