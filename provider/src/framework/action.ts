import type { BaseContext, ClientContext } from './context.ts';
import type { Awaitable } from './resource.ts';
import type { InferArguments, InferConfig, Schema } from './schema/schema.ts';

/** The context of an action that runs. */
export interface ActionContext<Client> extends ClientContext<Client> {
  /** Tells the user how far it is. */
  readonly progress: (message: string) => void;
}

/** Something that is done and leaves no state behind; Terraform 1.14 runs it. */
export interface Action<S extends Schema, Client> {
  readonly schema: S;
  /** Rules over several attributes. Runs without a client; parts may be unknown. */
  validate?(config: InferConfig<S>, context: BaseContext): Awaitable<void>;
  /** Does it. Throwing or reporting an error says that it failed. */
  invoke(config: InferArguments<S>, context: ActionContext<Client>): Awaitable<void>;
}
