/** A whole NovaCron inside the test, with a provider attached to it: shared by a file's tests. */
import type { Role } from '@novacron/contract/access/identity';
import type {
  InputOf,
  OperationName,
  OutputOf,
} from '@novacron/contract/operations-table/operations';
import {
  type NovacronOptions,
  type RunningNovacron,
  startNovacron,
} from '@novacron/testing/start-novacron';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
import {
  type RunningProvider,
  startProvider,
} from '../../../provider/src/test-kit/start-provider.ts';
import {
  createWorkspace,
  type ProviderAccess,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';

type SlowOperation =
  | 'vm.create'
  | 'vm.update'
  | 'vm.delete'
  | 'vm.migrate'
  | 'vm_group.update'
  | 'vm_group.delete'
  | 'volume.delete'
  | 'snapshot.delete'
  | 'security_group.update';

/** A server, its fleet and a provider. */
export interface System extends Pick<RunningNovacron, 'url' | 'adminKey' | 'fleet'> {
  /** Calls the server as another client would: as the admin, with the CLI. */
  readonly call: <Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
  ) => Promise<OutputOf<Name>>;
  /** Calls it and waits until what it began has ended. */
  readonly callAndWait: <Name extends SlowOperation>(
    name: Name,
    input: InputOf<Name>,
  ) => Promise<void>;
  /** Makes a key of a role, named after it and a number. */
  readonly createKey: (role: Role) => Promise<string>;
  /** A fresh directory with Terraform; it is removed with the system. */
  readonly workspace: (env?: { readonly [name: string]: string }) => TerraformWorkspace;
  /**
   * A workspace with a provider of its own, for runs at the same time: the provider that the others
   * share serves the latest run only.
   */
  readonly workspaceApart: () => Promise<TerraformWorkspace>;
  /** Removes every resource, policies first, so that the next test starts from nothing. */
  readonly clear: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts everything; the provider's answers are checked against Terraform's rules. */
export async function startSystem(
  options: Pick<NovacronOptions, 'fleet' | 'failoverNodes' | 'dataDir'> = {},
): Promise<System> {
  const novacron = await startNovacron(options);
  const { url, adminKey, fleet } = novacron;
  const env = { NOVACRON_ENDPOINT: url, NOVACRON_API_KEY: adminKey };
  const providers: RunningProvider[] = [];
  const attach = async (): Promise<ProviderAccess> => {
    const provider = await startProvider(createNovacronProvider(env));
    providers.push(provider);
    return { kind: 'reattach', reattachProviders: provider.reattachProviders };
  };
  const shared = await attach();
  const workspaces: TerraformWorkspace[] = [];
  const openWorkspace = (access: ProviderAccess, more?: { readonly [name: string]: string }) => {
    const made = createWorkspace(access, more);
    workspaces.push(made);
    return made;
  };
  const call: System['call'] = (name, input) => novacron.expectOk(name, input, { client: 'cli' });
  const callAndWait: System['callAndWait'] = async (name, input) => {
    const { operation } = await call(name, input);
    await novacron.waitFor(operation.id);
  };
  let keys = 0;
  return {
    url,
    adminKey,
    fleet,
    call,
    callAndWait,
    createKey: async (role) => {
      keys += 1;
      return (await call('api_key.create', { name: `${role}-${keys}`, role })).secret;
    },
    workspace: (more) => openWorkspace(shared, more),
    workspaceApart: async () => openWorkspace(await attach()),
    clear: async () => {
      for (const { id } of (await call('policy.list', {})).items) {
        await call('policy.delete', { id });
      }
      for (const { id } of (await call('policy_data.list', {})).items) {
        await call('policy_data.delete', { id });
      }
      for (const { id } of (await call('budget.list', {})).items) {
        await call('budget.delete', { id });
      }
      for (const { id } of (await call('price_list.list', {})).items) {
        await call('price_list.delete', { id });
      }
      for (const { id } of (await call('gitops_application.list', {})).items) {
        await call('gitops_application.delete', { id });
      }
      for (const { id } of (await call('workflow.list', {})).items) {
        await call('workflow.delete', { id });
      }
      for (const { id } of (await call('orchestration_policy.list', {})).items) {
        await call('orchestration_policy.delete', { id });
      }
      for (const { id } of (await call('snapshot.list', {})).items) {
        await callAndWait('snapshot.delete', { id });
      }
      for (const { id } of (await call('volume.list', {})).items) {
        await callAndWait('volume.delete', { id });
      }
      for (const { id } of (await call('vm_group.list', {})).items) {
        await callAndWait('vm_group.delete', { id });
      }
      for (const { id } of (await call('vm.list', {})).items) {
        await callAndWait('vm.delete', { id });
      }
      const groups = (await call('security_group.list', {})).items;
      for (const { id } of groups) await callAndWait('security_group.update', { id, rules: null });
      for (const { id } of groups) await call('security_group.delete', { id });
      for (const { id, built_in } of (await call('template.list', {})).items) {
        if (!built_in) await call('template.delete', { id });
      }
      for (const { id } of (await call('network.list', {})).items) {
        await call('network.delete', { id });
      }
      for (const { id } of (await call('ssh_key.list', {})).items) {
        await call('ssh_key.delete', { id });
      }
    },
    stop: async () => {
      for (const made of workspaces) made.remove();
      for (const provider of providers) await provider.close();
      await novacron.stop();
    },
  };
}
