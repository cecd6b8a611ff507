/** Lists the existing objects of a kind, so that Terraform can offer them for import. */
import { LIST_LIMIT_MAX } from '@novacron/contract/operation/operation-shapes';
import { splitLabels } from '../fields/default-labels.ts';
import { stateOf } from '../fields/field-values.ts';
import type { ResourceKindInfo } from '../fields/resource-kinds.ts';
import { TIMEOUTS_NAME } from '../fields/timeouts.ts';
import type { ListedObject, ListResource } from '../framework/list-resource.ts';
import { string } from '../framework/schema/attributes.ts';
import { dataSourceSchema, type Schema } from '../framework/schema/schema.ts';
import { toUserError } from '../rpc/await-operation.ts';
import type { Session } from '../rpc/session.ts';

/** Creates the list resource of a Terraform type. */
export function defineListResource(
  type: string,
  info: ResourceKindInfo,
): ListResource<Schema, Session> {
  const schema = dataSourceSchema({
    description: `All ${info.kind} objects of the tenant, whether managed by Terraform or not.`,
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
        const page = await session.client.call(`${info.kind}.list`, turn, { signal });
        if (!page.ok) throw toUserError(page.error, `list ${type}`);
        for (const item of page.value.items) {
          if (typeof prefix === 'string' && !item.name.startsWith(prefix)) continue;
          const read = { defaults: session.defaultLabels, imported: true };
          const listed = splitLabels(stateOf(info.table, item, {}), {}, read);
          const state = { ...listed, [TIMEOUTS_NAME]: null };
          yield { displayName: item.name, state: state };
        }
        cursor = page.value.next_cursor ?? undefined;
      } while (cursor !== undefined);
    },
  };
}
