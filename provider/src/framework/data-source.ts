import type { BaseContext, ClientContext } from './context.ts';
import type { Awaitable } from './resource.ts';
import type { InferArguments, InferConfig, InferState, Schema } from './schema/schema.ts';

/** Something Terraform reads and does not manage. */
export interface DataSource<S extends Schema, Client> {
  readonly schema: S;
  /** Rules over several attributes. Runs without a client; parts may be unknown. */
  validate?(config: InferConfig<S>, context: BaseContext): Awaitable<void>;
  /** Returns the arguments together with the result; null after a reported error. */
  read(config: InferArguments<S>, context: ClientContext<Client>): Awaitable<InferState<S> | null>;
}
