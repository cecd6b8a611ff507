/** Connects the dashboard to the event stream while a user is signed in, by its cookie. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { endSession } from '../api/session.ts';
import { createEventApplier } from './apply-events.ts';
import { setLive } from './live-status.ts';
import type { LiveEvent } from './read-message.ts';
import { refreshQueries, rereadFailed } from './reread-pages.ts';
import { createRingBuffer } from './ring-buffer.ts';
import { type LiveConnection, openLive } from './socket.ts';

/** Number of recent events retained: slightly more than the overview shows. */
const EVENTS_KEPT = 200;

const recent = createRingBuffer<LiveEvent>(EVENTS_KEPT);
let connection: LiveConnection | undefined;

/** Stops or resumes live updates. */
export function pauseLive(isPaused: boolean): void {
  connection?.pause(isPaused);
}

/** Opens the stream while the component is shown. */
export function useLiveEvents(): void {
  const client = useQueryClient();
  useEffect(() => {
    const apply = createEventApplier(client);
    const { protocol, host } = window.location;
    const opened = openLive({
      url: `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/ws`,
      onEvent: (event) => {
        recent.push(event);
        apply(event);
      },
      onGap: () => void refreshQueries(client, () => true),
      onHeartbeat: () => void rereadFailed(client),
      onRefused: () => endSession('The server has ended the session.'),
      onState: setLive,
    });
    connection = opened;
    return () => {
      opened.close();
      connection = undefined;
    };
  }, [client]);
}

/** The events that have arrived since the page was opened, newest first. */
export function useRecentEvents(): readonly LiveEvent[] {
  return useSyncExternalStore(recent.subscribe, recent.newestFirst);
}
