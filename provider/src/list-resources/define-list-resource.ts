/** Lists the existing objects of a kind, so that Terraform can offer them for import. */
import { LIST_LIMIT_MAX } from '@novacron/contract/operation/operation-shapes';
import { type AdministrativeType, toState } from '../administration/administrative-types.ts';
import type { ValueRecord } from '../cty/value.ts';
import { splitLabels } from '../fields/default-labels.ts';
import { stateOf, type Values } from '../fields/field-values.ts';
import type { ResourceKindInfo } from '../fields/resource-kinds.ts';
import { TIMEOUTS_NAME } from '../fields/timeouts.ts';
import type { ListedObject, ListResource } from '../framework/list-resource.ts';
import { string } from '../framework/schema/attributes.ts';
import { dataSourceSchema, type Schema } from '../framework/schema/schema.ts';
import { toUserError } from '../rpc/await-operation.ts';
import type { ReadKind, ResourceAnswer, Session } from '../rpc/session.ts';

/** Resource type to list. */
interface Listed {
  readonly type: string;
  readonly kind: ReadKind;
  /** `summaries`: items of the list have not all fields. */
  readonly lists?: 'summaries' | undefined;
  /** The state of an object; undefined for one that cannot be imported. */
  readonly toState: (item: ResourceAnswer, session: Session) => ValueRecord | undefined;
}

/** Creates the list resource of a Terraform type. */
export function defineListResource(
  type: string,
  { kind, table }: ResourceKindInfo,
): ListResource<Schema, Session> {
  return defineList({
    type,
    kind,
    toState: (item, session) => {
      const read = { defaults: session.defaultLabels, imported: true };
      const listed = splitLabels(stateOf(table, item, {}), {}, read);
      return { ...listed, [TIMEOUTS_NAME]: null };
    },
  });
}

/** Creates the list resource of a type of administrative objects. */
export function defineAdministrativeList(info: AdministrativeType): ListResource<Schema, Session> {
  return defineList({
    ...info,
    toState: (item) => {
      const isEnded = info.endOf?.(item) !== undefined || info.rejects?.(item) !== undefined;
      return isEnded ? undefined : { ...toState(info, item, {}), id: item.id };
    },
  });
}

function defineList({
  type,
  kind,
  lists,
  toState: stateOfItem,
}: Listed): ListResource<Schema, Session> {
  const schema = dataSourceSchema({
    description: `All ${kind} objects of the tenant, whether managed by Terraform or not.`,
    attributes: {
      name_prefix: string({
        optional: true,
        description: 'Only objects whose names begin with this prefix.',
      }),
    },
  });
  return {
    schema,
    async *list(config, { client: session, signal }): AsyncGenerator<ListedObject> {
      const { name_prefix: prefix }: Readonly<Record<string, unknown>> = config;
      let cursor: string | undefined;
      do {
        const turn = { limit: LIST_LIMIT_MAX, ...(cursor === undefined ? {} : { cursor }) };
        const page = await session.client.call(`${kind}.list`, turn, { signal });
        if (!page.ok) throw toUserError(page.error, `list ${type}`);
        for (const listed of page.value.items) {
          const item =
            lists === undefined ? listed : await readWhole(session, { type, kind, listed }, signal);
          if (item === undefined) continue;
          const name = nameOf(item);
          const state = stateOfItem(item, session);
          const isAsked = typeof prefix !== 'string' || name.startsWith(prefix);
          if (isAsked && state !== undefined) yield { displayName: name, state };
        }
        cursor = page.value.next_cursor ?? undefined;
      } while (cursor !== undefined);
    },
  };
}

/** @returns undefined for an object that is gone by now */
async function readWhole(
  session: Session,
  { type, kind, listed }: Pick<Listed, 'type' | 'kind'> & { readonly listed: ResourceAnswer },
  signal: AbortSignal,
): Promise<ResourceAnswer | undefined> {
  const found = await session.find(kind, listed.id, signal);
  if (!found.ok) throw toUserError(found.error, `list ${type}`);
  return found.value;
}

/**
 * The name of an object; a waiver has that of the resource that it is for, a data document has its
 * path.
 */
function nameOf({ name, resource_name: about, path }: Values): string {
  return String(name ?? about ?? path);
}
