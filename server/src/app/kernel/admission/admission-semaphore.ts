/**
 * Lets writes that somebody was faster than try again a few at a time. Of many that decide from one
 * moment about one place only one can win: all at once they would all read, decide and lose again.
 * Source of the idea: thrashing of optimistic transactions (Thomasian, "Concurrency Control:
 * Methods, Performance, and Analysis", 1998): beyond a few at once, more of them get less done.
 */
import type { Store } from '../../../ports/store.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps, OfInstance } from '../context/deps.ts';

/** So many of a tenant try again at once: while one is being written, the others decide. */
const AT_ONCE_MAX = 4;

interface Turns {
  running: number;
  readonly waiting: (() => void)[];
}

const TURNS = new WeakMap<Store, Map<string, Turns>>();

/** Does something when it is the caller's turn: first come, first served, each tenant by itself. */
export async function takeTurn<T>(
  deps: Pick<OfInstance<KernelDeps>, 'store' | 'instanceId'>,
  { principal }: Pick<CallContext, 'principal'>,
  act: () => Promise<T>,
): Promise<T> {
  const all = TURNS.get(deps.store) ?? new Map<string, Turns>();
  TURNS.set(deps.store, all);
  // What a server that was killed has begun never ends, and is not waited for by the next one.
  const key = `${deps.instanceId}/${principal.tenantId}`;
  const turns = all.get(key) ?? { running: 0, waiting: [] };
  all.set(key, turns);
  if (turns.running < AT_ONCE_MAX) turns.running += 1;
  else await new Promise<void>((resolve) => turns.waiting.push(resolve));
  try {
    return await act();
  } finally {
    const next = turns.waiting.shift();
    if (next !== undefined) next();
    else turns.running -= 1;
    if (turns.running === 0) all.delete(key);
  }
}
