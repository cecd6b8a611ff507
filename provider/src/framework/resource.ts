import type { Path } from '../cty/path.ts';
import type { ValueRecord } from '../cty/value.ts';
import type { ApplyContext, BaseContext, PlanContext, ResourceContext } from './context.ts';
import type {
  InferArguments,
  InferConfig,
  InferDesired,
  InferPlan,
  InferState,
  Schema,
} from './schema/schema.ts';

/** Handlers may answer now or later. */
export type Awaitable<T> = T | Promise<T>;

/** Planned change of one object. */
export type PlanChange<S extends Schema> =
  | {
      readonly kind: 'create';
      readonly config: InferConfig<S>;
      readonly plan: InferPlan<S>;
    }
  | {
      readonly kind: 'update' | 'no-op';
      readonly prior: InferState<S>;
      readonly config: InferConfig<S>;
      readonly plan: InferPlan<S>;
      /** Paths that force replacement; empty for an update in place. */
      readonly replacePaths: readonly Path[];
    }
  | { readonly kind: 'delete'; readonly prior: InferState<S> };

/** Changes that `modifyPlan` makes to a plan. */
export interface PlanPatch<S extends Schema> {
  /** Replaces these top-level attributes of the plan; only computed ones may change. */
  readonly plan?: Partial<InferPlan<S>>;
  /** Further attributes whose change replaces the object. */
  readonly replacePaths?: readonly Path[];
}

/** The input of `create`. Write-only values are in `config` alone. */
export interface CreateInput<S extends Schema> {
  readonly desired: InferDesired<S>;
  readonly config: InferArguments<S>;
}

/** The input of `update`. */
export interface UpdateInput<S extends Schema> extends CreateInput<S> {
  readonly prior: InferState<S>;
}

/** The state of another resource type that a `moved` block turns into this one. */
export interface MoveSource {
  /** Source address of the other provider, such as `terraform.io/builtin/terraform`. */
  readonly provider: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly state: ValueRecord;
}

/**
 * A kind of object that Terraform manages. Handlers are plain functions; anything they throw
 * becomes an error for the user, and its stack goes to the log only. A handler that has reported
 * an error may return null.
 */
export interface Resource<S extends Schema, Client> {
  readonly schema: S;
  /** Name of the string attribute that identifies the object and never changes. */
  readonly identity?: string;
  /** Rules over several attributes. Runs without a client; parts may be unknown. */
  validate?(config: InferConfig<S>, context: BaseContext): Awaitable<void>;
  /**
   * Previews, policy, warnings, further reasons to replace. Must be repeatable. Errors about a
   * create that are found while Terraform applies are raised by the apply of the object.
   */
  modifyPlan?(
    change: PlanChange<S>,
    context: PlanContext<Client>,
  ): Awaitable<PlanPatch<S> | undefined>;
  /**
   * Optional computed attributes that become null when they are no longer configured; the others
   * keep their value.
   */
  clears?(context: Pick<ResourceContext<Client>, 'privateState'>): ReadonlySet<string>;
  /** Paths that keep their stored value in a plan, although the configuration has another. */
  keeps?(
    objects: { readonly prior: ValueRecord; readonly config: ValueRecord },
    context: Pick<ResourceContext<Client>, 'privateState'>,
  ): ReadonlySet<string>;
  create(input: CreateInput<S>, context: ApplyContext<S, Client>): Awaitable<InferState<S> | null>;
  /** The object as it is now; null when it is gone. */
  read(state: InferState<S>, context: ResourceContext<Client>): Awaitable<InferState<S> | null>;
  update(input: UpdateInput<S>, context: ApplyContext<S, Client>): Awaitable<InferState<S> | null>;
  delete(state: InferState<S>, context: ResourceContext<Client>): Awaitable<void>;
  /** Returns what `read` needs to find the object; other attributes are null until then. */
  import?(id: string, context: ResourceContext<Client>): Awaitable<Partial<InferState<S>> | null>;
  /** From each older schema version to the next one, over the stored JSON. */
  readonly upgrade?: { readonly [fromVersion: number]: (state: ValueRecord) => ValueRecord };
  /** Takes over another type's state; undefined when it cannot. */
  move?(source: MoveSource, context: BaseContext): Awaitable<Partial<InferState<S>> | undefined>;
}
