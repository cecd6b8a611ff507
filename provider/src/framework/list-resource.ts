import type { ValueRecord } from '../cty/value.ts';
import type { BaseContext, ClientContext } from './context.ts';
import type { Awaitable } from './resource.ts';
import type { InferArguments, InferConfig, Schema } from './schema/schema.ts';

/** One object that exists, be it managed or not. */
export interface ListedObject {
  /** Name for display. */
  readonly displayName: string;
  /** State in the form that a read of the same resource type returns. */
  readonly state: ValueRecord;
}

/** Lists existing objects of a resource type, managed or not; used by Terraform 1.14 and later. */
export interface ListResource<S extends Schema, Client> {
  /** Schema of the search arguments. */
  readonly schema: S;
  /** Rules over several attributes. Runs without a client; parts may be unknown. */
  validate?(config: InferConfig<S>, context: BaseContext): Awaitable<void>;
  /** An iterator, because the caller may stop before the end. */
  list(config: InferArguments<S>, context: ClientContext<Client>): AsyncIterable<ListedObject>;
}
