import type { BaseContext, ClientContext } from './context.ts';
import type { Awaitable } from './resource.ts';
import type { InferArguments, InferConfig, Schema } from './schema/schema.ts';

/** The context of an action that runs. */
export interface ActionContext<Client> extends ClientContext<Client> {
  /** Reports progress to the user. */
  readonly progress: (message: string) => void;
}

/** An operation that leaves no state behind; Terraform 1.14 and later invoke it. */
export interface Action<S extends Schema, Client> {
  readonly schema: S;
  /** Rules over several attributes. Runs without a client; parts may be unknown. */
  validate?(config: InferConfig<S>, context: BaseContext): Awaitable<void>;
  /** Runs the action. A thrown or reported error makes it fail. */
  invoke(config: InferArguments<S>, context: ActionContext<Client>): Awaitable<void>;
}
