/** The problems that end a stream of events. */
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** A position that was never dealt out: it belongs to another store, or to none. */
export function positionAhead(afterPosition: number): Problem {
  // The latest one is of any tenant: it stays inside.
  const message = 'is after the latest position';
  return problem('validation-failed', {
    detail: `The position ${afterPosition} ${message}: it does not exist in this store.`,
    remedy: 'Read the resources again, then follow events without a position.',
    fields: [{ path: ['after_position'], message }],
  });
}

/** A filter by tenants, none of which is the caller's. */
export function otherTenants(): Problem {
  return problem('forbidden', {
    detail: 'The filter names other tenants only; a stream has the events of your own tenant.',
    remedy: 'Leave tenants out of the filter, or use an API key of the tenant.',
    fields: [{ path: ['filter', 'tenants'], message: 'must contain your own tenant' }],
  });
}

/** The server stops; another one, or the next one, goes on from the position. */
export function serverStops(): Problem {
  return problem('unavailable', {
    detail: 'The server is stopping.',
    remedy: 'Connect again and resume from the last position that you read.',
  });
}

/** The reader takes events more slowly than they happen. */
export function readerTooSlow(): Problem {
  return problem('unavailable', {
    detail: 'The client reads events too slowly.',
    remedy: 'Read faster, or filter events; then resume from the last position that you read.',
  });
}
