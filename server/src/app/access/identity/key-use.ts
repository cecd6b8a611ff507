/** Records when each API key was last used, with few writes. */

import { keyIdOf, type Principal } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';

/** Minimum interval between two writes of the use of a key by one server. */
const RECORD_INTERVAL_MS = 300_000;

/** Remembered keys, above which those that may be written again are forgotten. */
const REMEMBERED_MAX = 10_000;

/** Records uses of API keys. */
export interface KeyUseRecorder {
  /** Records that a principal was authenticated. Never rejects: a use that is lost is logged. */
  readonly note: (principal: Principal) => Promise<void>;
}

/** Makes the recorder of one server. Tokens are uses of the key that they were made with. */
export function createKeyUseRecorder(
  deps: Pick<AccessDeps, 'store' | 'clock' | 'logger'>,
): KeyUseRecorder {
  const recordedMs = new Map<string, number>();

  function forget(nowMs: number): void {
    for (const [id, atMs] of recordedMs) {
      if (nowMs - atMs >= RECORD_INTERVAL_MS) recordedMs.delete(id);
    }
  }

  return {
    note: async (principal) => {
      const keyId = keyIdOf(principal);
      const nowMs = deps.clock.nowMs();
      if (keyId === undefined) return;
      if (nowMs - (recordedMs.get(keyId) ?? Number.NEGATIVE_INFINITY) < RECORD_INTERVAL_MS) return;
      if (recordedMs.size >= REMEMBERED_MAX) forget(nowMs);
      // Before the write: a store that refuses it is not asked again with each call.
      recordedMs.set(keyId, nowMs);
      await record(deps, keyId, nowMs);
    },
  };
}

async function record(
  { store, logger }: Pick<AccessDeps, 'store' | 'logger'>,
  id: string,
  last_used_at_ms: number,
): Promise<void> {
  const otherwise = replan(`The API key ${id}`);
  try {
    const set = { last_used_at_ms };
    const done = await commitChanges({ store }, [
      { kind: 'update', table: 'api_keys', id, set, otherwise },
    ]);
    if (!done.ok)
      logger.debug({ keyId: id, problem: done.error }, 'the use of a key could not be recorded');
  } catch (cause) {
    logger.debug({ keyId: id, cause }, 'the use of a key could not be recorded');
  }
}
