/** The parts of `terraform show -json PLAN` that a review needs. Source: its JSON output format. */
import { z } from 'zod';

const Change = z.looseObject({
  actions: z.array(z.string()),
  importing: z.looseObject({ id: z.string().optional() }).optional(),
  before: z.unknown(),
  after: z.unknown(),
  after_unknown: z.unknown(),
  before_sensitive: z.unknown(),
  after_sensitive: z.unknown(),
});

/** A resource, with what happens to it. */
export const PlanResource = z.looseObject({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  change: Change,
  action_reason: z.string().optional(),
  /** Of a resource that a block `moved` names. */
  previous_address: z.string().optional(),
});
export type PlanResource = z.infer<typeof PlanResource>;

/** A module of the configuration. */
export interface PlanModule {
  readonly resources?: readonly PlanConfigResource[] | undefined;
  readonly module_calls?: Readonly<Record<string, PlanModuleCall>> | undefined;
}
interface PlanConfigResource {
  readonly address: string;
}
interface PlanModuleCall {
  readonly module?: PlanModule | undefined;
}
const PlanModule: z.ZodType<PlanModule> = z.looseObject({
  resources: z.array(z.looseObject({ address: z.string() })).optional(),
  module_calls: z
    .record(
      z.string(),
      z.looseObject({
        get module() {
          return PlanModule.optional();
        },
      }),
    )
    .optional(),
});

/** A plan. */
export const PlanJson = z.looseObject({
  format_version: z.string().regex(/^1\./, 'only version 1 of the format is supported'),
  resource_changes: z.array(PlanResource).default([]),
  resource_drift: z.array(PlanResource).default([]),
  output_changes: z.record(z.string(), Change).default({}),
  configuration: z.looseObject({ root_module: PlanModule.optional() }).optional(),
});
export type PlanJson = z.infer<typeof PlanJson>;
