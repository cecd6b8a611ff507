import type { BaseContext, ClientContext } from './context.ts';
import type { Json } from './private-state.ts';
import type { Awaitable } from './resource.ts';
import type { InferArguments, InferConfig, InferState, Schema } from './schema/schema.ts';

/** Result of opening. */
export interface Opened<S extends Schema> {
  readonly result: InferState<S>;
  /** Time at which Terraform should call `renew`; never if absent. */
  readonly renewAtMs?: number;
  /** Passed to `renew` and `close`. */
  readonly private?: Json;
}

/** Result of renewing. */
export interface Renewed {
  readonly renewAtMs?: number;
  readonly private?: Json;
}

/** Something that exists during one run of Terraform and is never stored, such as a token. */
export interface EphemeralResource<S extends Schema, Client> {
  readonly schema: S;
  validate?(config: InferConfig<S>, context: BaseContext): Awaitable<void>;
  open(config: InferArguments<S>, context: ClientContext<Client>): Awaitable<Opened<S> | null>;
  renew?(stored: Json, context: ClientContext<Client>): Awaitable<Renewed>;
  close?(stored: Json, context: ClientContext<Client>): Awaitable<void>;
}
