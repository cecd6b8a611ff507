/** Feature flags: what a tenant may be without. A closed table, so that nothing is misspelt. */
import { z } from 'zod';
import { keysOf, mapOf, tableOf } from '../closed-table.ts';

interface FeatureRow {
  /** Ability that the flag gives a tenant. */
  readonly description: string;
  /** Value for tenants that set none. */
  readonly default: 'on' | 'off';
}

/** Every flag, in alphabetical order. A row of the operations table may name one. */
export const FEATURES = {
  ai_drafts: {
    description: 'Send redacted incidents to a model that drafts runbooks',
    default: 'off',
  },
  api_keys: { description: 'Create API keys', default: 'on' },
  autonomy: {
    description: 'Have a trained model scale VM groups and move their members',
    default: 'off',
  },
  custom_roles: { description: 'Create and change roles', default: 'on' },
  event_streams: { description: 'Watch events over WebSocket and GraphQL', default: 'on' },
  graphql: { description: 'Query over GraphQL', default: 'on' },
  migration: { description: 'Move VMs to other nodes', default: 'on' },
  notifications: { description: 'Create and change notification channels', default: 'on' },
  policy_authoring: { description: 'Create and change policies', default: 'on' },
  secrets: { description: 'Create and change secrets', default: 'on' },
  tokens: { description: 'Issue short-lived tokens', default: 'on' },
  unsigned_policies: {
    description: 'Create policies without the signature of their author',
    default: 'on',
  },
  unsigned_workflows: {
    description: 'Store and run workflows without the signature of their author',
    default: 'on',
  },
  workflows: { description: 'Store and run workflows and runbooks', default: 'on' },
} as const satisfies Record<string, FeatureRow>;

/** Names a flag. */
export type FeatureName = keyof typeof FEATURES;

const FEATURE_NAMES = keysOf(FEATURES);

/** Names a flag, as answers list it. */
export const Feature = z.enum(FEATURE_NAMES);

/** All names, in the table's order. */
export function featureNames(): readonly FeatureName[] {
  return FEATURE_NAMES;
}

/** A row of the table, as the plain interface. */
export function featureRow(name: FeatureName): FeatureRow {
  return FEATURES[name];
}

/** Flags in a request: absent leaves a flag unchanged, null restores its default. */
export const FeatureChoice = z.strictObject(
  tableOf(FEATURE_NAMES, (name) => {
    const row = FEATURES[name];
    return z.boolean().nullish().describe(`${row.description}; ${row.default} by default`);
  }),
);
export type FeatureChoice = z.infer<typeof FeatureChoice>;

/** All flags of a tenant as policies read them; null: the default. */
export const FeatureOverrides = z.strictObject(
  tableOf(FEATURE_NAMES, (name) => {
    const row = FEATURES[name];
    return z
      .boolean()
      .nullable()
      .describe(`${row.description}. Default: \`${row.default === 'on'}\`.`);
  }),
);

/**
 * Flags as a configuration sets them, by name. A map, not an object: of an object Terraform drops
 * misspelt keys, and the feature would have its default, which mostly is on.
 */
export const FeatureFlags = mapOf(FEATURE_NAMES, z.boolean().nullable());

/** Every flag with its ability and its default, for descriptions: `graphql` (…). */
export function describeFeatures(): string {
  const entries = FEATURE_NAMES.map((name) => {
    const row = FEATURES[name];
    return `\`${name}\` (${row.description}; ${row.default} by default)`;
  });
  return entries.join(', ');
}

/** The flags of a tenant as answers carry them. */
export const FeatureSettings = z.looseObject(
  tableOf(FEATURE_NAMES, (name) => z.boolean().describe(FEATURES[name].description)),
);
export type FeatureSettings = z.infer<typeof FeatureSettings>;
