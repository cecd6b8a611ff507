/**
 * The keys of encrypted volumes and of their snapshots. Like the secrets of VMs, they are not part
 * of the desired state, and are sealed in a table of their own.
 */
import { CONTENT_KEY_BYTES, type ContentId } from '@novacron/contract/agent/content-key';
import type { SecretRandom } from '../../ports/rng.ts';
import type { Change, ChangeSet } from '../../ports/store.ts';

/** A volume or a snapshot, and whether its content is encrypted. */
interface Content {
  readonly id: ContentId;
  readonly tenant_id: string;
  readonly encrypted: boolean;
}

/** Makes the key of a new content; nothing where it is not encrypted. */
export function makeContentKey(
  { id, tenant_id, encrypted }: Content,
  { secretRandom }: { readonly secretRandom: SecretRandom },
): ChangeSet {
  if (!encrypted) return [];
  const key_sealed = Buffer.from(secretRandom.bytes(CONTENT_KEY_BYTES)).toString('base64');
  return [{ kind: 'put', into: 'content_keys', row: { id, tenant_id, key_sealed } }];
}

/** Destroys the key of a content, which nothing can read any more then. Changes no other one. */
export function dropContentKey(id: string): Change {
  return { kind: 'drop', from: 'content_keys', id };
}
