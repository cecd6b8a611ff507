/** Looks again and again whether the key behind a stream is still good: streams outlive keys. */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Timers } from '@novacron/runtime/timers';
import { mayCall } from '../../app/access/identity/may-call.ts';
import type { Principal } from '../../app/kernel/context/call-context.ts';
import type { Core } from '../dispatch/dispatch.ts';

/** Interval at which a stream sends a heartbeat and its key is checked. Unit: milliseconds. */
export const HEARTBEAT_MS = 15_000;

/** Credential to watch. */
export interface WatchedKey {
  readonly secret: string;
  /** Kind of the secret; a key or a token by default. */
  readonly credential?: 'key' | 'session';
  readonly principal: Principal;
  /** Operation that its role must allow for as long as the stream is open. */
  readonly needs: OperationName;
  /** Called after every look at which the key was good, or could not be checked. */
  readonly onBeat: () => void;
  /** Called once, when the key is no longer good. Nothing is called after it. */
  readonly onRefused: (found: Problem) => void;
}

/**
 * Begins to watch. A store that is away for a moment ends no stream: only a clear refusal does.
 * @returns a function that ends the watch
 */
export function watchKey(core: Core & { readonly timers: Timers }, key: WatchedKey): () => void {
  let stopped = false;
  let cancel = core.timers.after(HEARTBEAT_MS, beat);
  function beat(): void {
    void lookAtKey(core, key).then((refusal) => {
      if (stopped) return;
      if (refusal !== undefined) {
        stopped = true;
        key.onRefused(refusal);
        return;
      }
      key.onBeat();
      if (!stopped) cancel = core.timers.after(HEARTBEAT_MS, beat);
    });
  }
  return () => {
    stopped = true;
    cancel();
  };
}

/** Looks once; undefined where the key is good, or cannot be checked at the moment. */
export async function lookAtKey(
  core: Core,
  key: Omit<WatchedKey, 'onBeat' | 'onRefused'>,
): Promise<Problem | undefined> {
  try {
    // A page that is open is no person: it does not keep its session in use.
    const found =
      key.credential === 'session'
        ? await core.application.signIns.authenticate(key.secret, 'background')
        : await core.application.authenticate(key.secret);
    if (!found.ok) return found.error.code === 'unauthenticated' ? found.error : undefined;
    const { tenantId, role } = found.value;
    const { principal } = key;
    if (tenantId !== principal.tenantId || role !== principal.role) return keyChanged();
    // What a role allows can change under its name.
    return mayCall(found.value, key.needs) ? undefined : keyChanged();
  } catch {
    // Authentication that breaks down is reported by the requests that run into it.
    return undefined;
  }
}

function keyChanged(): Problem {
  return problem('unauthenticated', {
    detail: 'The tenant or the role of the API key was changed.',
    remedy: 'Connect again.',
  });
}
