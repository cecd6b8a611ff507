/** The start of a server before its database and its message bus. */
import { connectPatiently } from '@novacron/agent/process/connect-patiently';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import type { Rng } from '@novacron/runtime/rng';
import { backgroundTimers } from '@novacron/runtime/timers';
import type { StoreHealth } from './app/platform/readiness/store-health.ts';
import type { ServerConfig } from './config.ts';

/** Reasons that pass by themselves. A migration by another server locks the tables. */
const PASSING: ReadonlySet<unknown> = new Set(['unreachable', 'locked']);

/** Opens a service, or waits until it is there. */
export async function waitForService<T>(
  service: string,
  patience: {
    readonly health: StoreHealth;
    readonly logger: Logger;
    readonly rng: Rng;
    readonly signal: AbortSignal;
  },
  open: () => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem>> {
  const { health, ...rest } = patience;
  const opened = await connectPatiently({
    ...rest,
    open,
    service,
    timers: backgroundTimers,
    isFinal: ({ data }) => !PASSING.has(data?.reason),
    // Callers without a key read this, so it names no host.
    onTrouble: () => health.hold(starting(service.replace(/ at .*/, ''))),
  });
  if (!opened.ok) return opened;
  health.hold(starting());
  return opened.value === undefined ? err(stoppedEarly()) : ok(opened.value);
}

/** Names the message bus in the log. */
export function nameBus({ bus }: ServerConfig): string {
  const hosts = bus.kind === 'nats' ? bus.servers.map((url) => new URL(url).host) : [];
  return `NATS at ${hosts.join(', ')}`;
}

/** The server has not started yet. */
export function starting(service?: string): Problem {
  return problem('unavailable', {
    detail:
      service === undefined
        ? 'The server is starting.'
        : `The server is starting: it waits for ${service}.`,
    remedy: 'Ask again in a few seconds.',
  });
}

/** The server was asked to stop. */
export function stopping(): Problem {
  return problem('unavailable', {
    detail: 'The server is stopping.',
    remedy: 'Send requests to another server, or ask again when it is back.',
  });
}

function stoppedEarly(): Problem {
  return problem('unavailable', {
    detail: 'The server was asked to stop while it started.',
    remedy: 'Start it again.',
  });
}
