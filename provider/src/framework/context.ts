import type { Logger } from '../process/logger.ts';
import type { Diagnostics } from './diagnostics/diagnostics.ts';
import type { PrivateState } from './private-state.ts';
import type { InferState, Schema } from './schema/schema.ts';

/** Context passed to every handler. */
export interface BaseContext {
  /** Collects diagnostics; report all problems, not only the first. */
  readonly diagnostics: Diagnostics;
  /** Aborted when the user presses ^C: stop waiting, undo or save what exists, return. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Version that Terraform states when it configures the provider; empty before that. */
  readonly terraformVersion: string;
}

/** The context of handlers that run after `configure`. */
export interface ClientContext<Client> extends BaseContext {
  readonly client: Client;
}

/** The context of handlers about one object of a resource. */
export interface ResourceContext<Client> extends ClientContext<Client> {
  readonly privateState: PrivateState;
  /** The object was just imported and this is its first read: differences are not drift. */
  readonly imported: boolean;
}

/** The context of `modifyPlan`. */
export interface PlanContext<Client> extends ResourceContext<Client> {
  /**
   * `apply`: Terraform plans again during the apply, where it knows more values. The protocol does
   * not say it, so this is inferred, and may be `plan` during an apply. Use it to choose where
   * something is reported, never what is planned.
   */
  readonly moment: 'plan' | 'apply';
}

/** The context of create and update. */
export interface ApplyContext<S extends Schema, Client> extends ResourceContext<Client> {
  /**
   * Records what exists already. If the handler then throws or reports an error, this becomes the
   * state: a partly created object is kept (tainted) instead of being lost.
   */
  recordPartial(state: Partial<InferState<S>>): void;
}
