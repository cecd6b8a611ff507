/** Actions on a VM or a volume that do not change its desired state. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Action, ActionContext } from '../framework/action.ts';
import { string } from '../framework/schema/attributes.ts';
import { dataSourceSchema, type Schema } from '../framework/schema/schema.ts';
import { oneOf } from '../framework/schema/validators.ts';
import { awaitOperation, toUserError } from '../rpc/await-operation.ts';
import type { Session } from '../rpc/session.ts';

/** The default timeout of resources. */
const TIMEOUT = { text: '20m', durationMs: 20 * 60_000 };

type Admitted = Result<{ readonly operation: OutputOf<'operation.get'> }, Problem>;

async function finish(admitted: Admitted, doing: string, context: ActionContext<Session>) {
  if (!admitted.ok) throw toUserError(admitted.error, doing);
  const { client: session, signal, progress } = context;
  const { operation } = admitted.value;
  progress(`waiting for ${operation.id}`);
  await awaitOperation(session, operation, { doing, signal, timeout: TIMEOUT });
}

const vmId = string({ required: true, description: 'Id of the VM.' });

const powerSchema = dataSourceSchema({
  description: 'Starts or stops a VM on its current node.',
  attributes: {
    vm_id: vmId,
    power: string({
      required: true,
      validators: [oneOf('on', 'off')],
      description: '`on` starts it, `off` stops it.',
    }),
  },
});

const power: Action<typeof powerSchema, Session> = {
  schema: powerSchema,
  async invoke({ vm_id: id, power: wanted }, context) {
    const name = wanted === 'on' ? 'vm.start' : 'vm.stop';
    const { client: session, signal } = context;
    const admitted = await session.client.call(name, { id }, { signal });
    await finish(admitted, `turn VM ${id} ${wanted}`, context);
  },
};

const migrateSchema = dataSourceSchema({
  description: 'Moves a running VM to another node. NovaCron may move it again later.',
  attributes: {
    vm_id: vmId,
    node: string({
      optional: true,
      description: 'Name of the target node. Default: NovaCron chooses one.',
    }),
  },
});

const migrate: Action<typeof migrateSchema, Session> = {
  schema: migrateSchema,
  async invoke({ vm_id: id, node }, context) {
    const { client: session, signal } = context;
    const input = { id, ...(node === null ? {} : { node }) };
    const admitted = await session.client.call('vm.migrate', input, { signal });
    await finish(admitted, `migrate VM ${id}`, context);
  },
};

const restoreSchema = dataSourceSchema({
  description: 'Restores a volume from one of its snapshots. Later writes are lost.',
  attributes: {
    snapshot_id: string({ required: true, description: 'Id of the snapshot.' }),
  },
});

const restore: Action<typeof restoreSchema, Session> = {
  schema: restoreSchema,
  async invoke({ snapshot_id: id }, context) {
    const { client: session, signal } = context;
    const admitted = await session.client.call('snapshot.restore', { id }, { signal });
    await finish(admitted, `restore snapshot ${id}`, context);
  },
};

/** Every action of the provider, by its Terraform type. */
export const ACTIONS_BY_TYPE: Readonly<Record<string, Action<Schema, Session>>> = {
  novacron_vm_power: power,
  novacron_vm_migrate: migrate,
  novacron_snapshot_restore: restore,
};
