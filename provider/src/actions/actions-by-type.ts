/** Actions on a VM or a volume that do not change its desired state. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Action, ActionContext } from '../framework/action.ts';
import { bool, string } from '../framework/schema/attributes.ts';
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

/** Reboots, resets, pauses or resumes one VM. */
async function halt(
  name: 'vm.reboot' | 'vm.reset' | 'vm.pause' | 'vm.resume',
  id: string,
  context: ActionContext<Session>,
): Promise<void> {
  const { client: session, signal } = context;
  const doing = `${name.slice('vm.'.length)} VM ${id}`;
  const admitted = await session.client.call(name, { id }, { signal });
  await finish(admitted, doing, context);
}

const rebootSchema = dataSourceSchema({
  description: 'Reboots a running VM: its guest is asked to shut down, and the VM starts again.',
  attributes: { vm_id: vmId },
});

const reboot: Action<typeof rebootSchema, Session> = {
  schema: rebootSchema,
  invoke: ({ vm_id: id }, context) => halt('vm.reboot', id, context),
};

const resetSchema = dataSourceSchema({
  description: 'Resets a running VM without asking its guest, which may lose unwritten data.',
  attributes: { vm_id: vmId },
});

const reset: Action<typeof resetSchema, Session> = {
  schema: resetSchema,
  invoke: ({ vm_id: id }, context) => halt('vm.reset', id, context),
};

const pauseSchema = dataSourceSchema({
  description: 'Pauses a running VM, or resumes it. A paused VM keeps its memory.',
  attributes: {
    vm_id: vmId,
    paused: bool({
      optional: true,
      description: '`true` pauses the VM, `false` resumes it. Default: `true`.',
    }),
  },
});

const pause: Action<typeof pauseSchema, Session> = {
  schema: pauseSchema,
  invoke: ({ vm_id: id, paused }, context) =>
    halt(paused === false ? 'vm.resume' : 'vm.pause', id, context),
};

const migrateSchema = dataSourceSchema({
  description: 'Moves a VM to another node, running or stopped. NovaCron may move it again later.',
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
  novacron_vm_reboot: reboot,
  novacron_vm_reset: reset,
  novacron_vm_pause: pause,
  novacron_vm_migrate: migrate,
  novacron_snapshot_restore: restore,
};
