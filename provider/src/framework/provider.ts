import type { ShutdownReason } from '../process/shutdown-reason.ts';
import type { Action } from './action.ts';
import type { BaseContext } from './context.ts';
import type { DataSource } from './data-source.ts';
import type { EphemeralResource } from './ephemeral-resource.ts';
import type { ListResource } from './list-resource.ts';
import type { ProviderFunction } from './provider-function.ts';
import type { Awaitable, Resource } from './resource.ts';
import type { InferConfig, Schema } from './schema/schema.ts';

/** Things by the name users write, such as `novacron_vm`. */
export type Table<T> = { readonly [typeName: string]: T };

/**
 * A provider. One process may serve several Terraform runs one after another, so all state belongs
 * to the client that `configure` returns.
 */
export interface Provider<S extends Schema, Client> {
  readonly schema: S;
  /** Whether the run destroys everything: what it plans before that is never made, nor checked. */
  readonly isDestroyRun?: boolean;
  /** Rules over several arguments; parts may be unknown. */
  validate?(config: InferConfig<S>, context: BaseContext): Awaitable<void>;
  /**
   * Creates the client that handlers receive. Arguments may be `Unknown` during a plan: warn and
   * return a client that plans without a server. Null after a reported error.
   */
  configure(config: InferConfig<S>, context: BaseContext): Awaitable<Client | null>;
  /**
   * Sends what a client sends late by design, before another one is created: the server must not
   * receive it after the calls of that one.
   */
  settle?(client: Client): Awaitable<void>;
  /** Closes a client when another configuration replaces it or the process stops. */
  close?(client: Client, ending: ShutdownReason): Awaitable<void>;
  /**
   * Surrounds each call of a configured client, such as with a span.
   * @param what - the call of the protocol, and the Terraform type that it is about
   */
  surround?<Response>(
    client: Client,
    what: { readonly call: string; readonly type: string | undefined },
    work: () => Promise<Response>,
  ): Promise<Response>;
  readonly resources: Table<Resource<Schema, Client>>;
  readonly dataSources: Table<DataSource<Schema, Client>>;
  readonly functions?: Table<ProviderFunction>;
  readonly ephemeralResources?: Table<EphemeralResource<Schema, Client>>;
  /** List resources, by the names of the resources that they list. */
  readonly listResources?: Table<ListResource<Schema, Client>>;
  readonly actions?: Table<Action<Schema, Client>>;
}
