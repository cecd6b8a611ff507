/** `novacron_nodes`: all nodes of the fleet, or some of them. */
import { NodeStatus } from '@novacron/contract/fleet/node';
import type { DataSource } from '../framework/data-source.ts';
import { nested, string } from '../framework/schema/attributes.ts';
import { dataSourceSchema } from '../framework/schema/schema.ts';
import { oneOf } from '../framework/schema/validators.ts';
import { toUserError } from '../rpc/await-operation.ts';
import { readAllPages } from '../rpc/read-all-pages.ts';
import type { Session } from '../rpc/session.ts';
import { NODE_ATTRIBUTES, toNodeValue } from './node-attributes.ts';

const schema = dataSourceSchema({
  description: 'The hypervisor nodes of the fleet, ordered by name.',
  attributes: {
    zone: string({ optional: true, description: 'Only nodes of this availability zone.' }),
    status: string({
      optional: true,
      validators: [oneOf(...NodeStatus.options)],
      description: 'Only nodes with this status, such as `ready`.',
    }),
    nodes: nested({
      nesting: 'list',
      computed: true,
      description: 'The nodes.',
      attributes: {
        id: string({ computed: true, description: 'Id of the node.' }),
        name: string({ computed: true, description: 'Name of the node.' }),
        ...NODE_ATTRIBUTES,
      },
    }),
  },
});

/** Reads the whole fleet and filters it: a fleet is small compared to the number of its VMs. */
export const nodesSource: DataSource<typeof schema, Session> = {
  schema,
  async read({ zone, status }, { client: session, signal }) {
    const found = await readAllPages((page) => session.client.call('node.list', page, { signal }));
    if (!found.ok) throw toUserError(found.error, 'read novacron_nodes');
    const chosen = found.value
      .map(toNodeValue)
      .filter((node) => zone === null || node.zone === zone)
      .filter((node) => status === null || node.status === status)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return { zone, status, nodes: chosen };
  },
};
