/**
 * The SSH keys that VMs and VM groups name by their ids. The owner stores the public keys when it
 * is given them, in its computed fields: a key may be deleted or replaced while it has them, as
 * with other clouds, and its guest still gets the same keys when it restarts or moves.
 */
import type { JsonObject } from '@novacron/contract/json';
import type { Problem } from '@novacron/contract/problem/problem';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { desiredIfReadable, observedOf } from '../../rows/answer-resource.ts';
import { referenceUnknown } from '../../rows/resource-problems.ts';

/** The computed field that has them; answers do not show it. */
const STORED_FIELD = 'given_ssh_keys';

/** Public keys, by the id of the SSH key. */
export type GivenKeys = Readonly<Record<string, string>>;

/** The fields of a VM, or of the members of a group, that name keys. */
interface Keyed {
  readonly ssh_keys: readonly string[] | null;
  readonly ssh_key_ids: readonly string[] | null;
}

/** Query for the SSH keys of a tenant that have these ids. */
export function sshKeysWithIds(tenantId: string, { ssh_key_ids }: Pick<Keyed, 'ssh_key_ids'>) {
  return {
    from: 'ssh_keys',
    where: { tenant_id: tenantId, id: { in: [...(ssh_key_ids ?? [])] } },
  } as const;
}

/** The keys that the owner has been given. */
export function givenKeysOf(row: ResourceRow): GivenKeys {
  return parseGiven(observedOf(row)[STORED_FIELD]);
}

function parseGiven(stored: unknown): GivenKeys {
  if (typeof stored !== 'object' || stored === null) return {};
  return Object.fromEntries(
    Object.entries(stored).filter((entry): entry is [string, string] => {
      return typeof entry[1] === 'string';
    }),
  );
}

/**
 * The keys of an owner after a write: those that it has stay as they are.
 * @param rows - the SSH keys that exist
 */
export function giveKeys(
  { ssh_key_ids }: Pick<Keyed, 'ssh_key_ids'>,
  rows: readonly ResourceRow[],
  before: GivenKeys = {},
): GivenKeys {
  const byId = new Map(rows.map((row) => [row.id, desiredIfReadable(row).public_key]));
  return Object.fromEntries(
    (ssh_key_ids ?? []).flatMap((id) => {
      const key = before[id] ?? byId.get(id);
      return typeof key === 'string' ? [[id, key]] : [];
    }),
  );
}

/** Refuses ids of keys that neither exist nor were given to the owner before. */
export function checkKeyIds(
  { ssh_key_ids }: Pick<Keyed, 'ssh_key_ids'>,
  given: GivenKeys,
): Problem[] {
  const unknown = (ssh_key_ids ?? []).filter((id) => given[id] === undefined);
  return unknown.map((id) => referenceUnknown('ssh_key_ids', 'ssh_key', id));
}

/** All keys of a guest, each once. */
export function guestKeys({ ssh_keys }: Pick<Keyed, 'ssh_keys'>, given: GivenKeys): string[] {
  return [...new Set([...(ssh_keys ?? []), ...Object.values(given)])].sort();
}

/** The computed fields of an owner with these keys. */
export function withGivenKeys(observed: JsonObject, given: GivenKeys): JsonObject {
  const others = withoutGivenKeys(observed);
  return Object.keys(given).length === 0 ? others : { ...others, [STORED_FIELD]: given };
}

/** The computed fields as answers show them. */
export function withoutGivenKeys<Fields extends Readonly<Record<string, unknown>>>(
  observed: Fields,
): Omit<Fields, typeof STORED_FIELD> {
  if (observed[STORED_FIELD] === undefined) return observed;
  const { [STORED_FIELD]: _given, ...others } = observed;
  return others;
}
