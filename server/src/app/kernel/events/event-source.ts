/** The part of NovaCron that an event of a write names as its source. */
import type { CauseKind } from '@novacron/contract/drift/drift';
import type { CallContext } from '../context/call-context.ts';

/** Sources of writes that NovaCron makes itself, as far as they differ from `platform`. */
const SOURCES: ReadonlyMap<CauseKind | undefined, string> = new Map([
  ['healer', 'healing'],
  ['autoscaler', 'autoscaler'],
  ['migration', 'optimizer'],
  ['policy', 'policy'],
]);

/** Returns `api` for the request of a client, and otherwise the part of NovaCron that acts. */
export function eventSource({
  client,
  principal: { kind },
}: {
  readonly client: CallContext['client'];
  readonly principal: Pick<CallContext['principal'], 'kind'>;
}): string {
  return client === 'platform' ? (SOURCES.get(kind) ?? 'platform') : 'api';
}
