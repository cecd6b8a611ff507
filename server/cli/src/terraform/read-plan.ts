/** Reads what `terraform show -json` writes about a plan. Source: its JSON output format. */

import {
  ADMINISTRATIVE_KINDS,
  terraformTypeOf,
} from '@novacron/contract/administration/administrative-kinds';
import { isRecord, JsonObject } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { err, ok, type Result } from '@novacron/contract/result';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import { z } from 'zod';
import { messageOf } from '../io/message-of.ts';
import type { PlannedResource } from './planned-resource.ts';

/** A plan, as far as a review needs it. */
export interface ReviewedPlan {
  readonly resources: readonly PlannedResource[];
  /** Changes of resources that are not NovaCron's. */
  readonly others: number;
  /** Addresses of changed objects about which only the server can ask policies. */
  readonly unasked: readonly string[];
  /** Types of changes that are NovaCron's and that this release does not know. */
  readonly unknownTypes: readonly string[];
  /** Sources of modules by their path of names: `web/db`. */
  readonly moduleSources: ReadonlyMap<string, string>;
}

const Values = JsonObject.nullable();

const ResourceChange = z.looseObject({
  address: z.string(),
  module_address: z.string().optional(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  change: z.looseObject({
    actions: z.array(z.string()).min(1),
    before: Values,
    after: Values,
    after_unknown: z.unknown().optional(),
  }),
});
type ResourceChange = z.infer<typeof ResourceChange>;

interface ConfigModule {
  readonly resources?: readonly ConfigResource[] | undefined;
  readonly module_calls?: Readonly<Record<string, ModuleCall>> | undefined;
}
interface ConfigResource {
  /** Without an index: `novacron_vm.web`. */
  readonly address: string;
  /** Expressions of the arguments that are set. */
  readonly expressions?: Readonly<Record<string, unknown>> | undefined;
}
interface ModuleCall {
  readonly source?: string | undefined;
  readonly module?: ConfigModule | undefined;
}
const ConfigModule: z.ZodType<ConfigModule> = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        address: z.string(),
        expressions: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
  module_calls: z
    .record(
      z.string(),
      z.looseObject({
        source: z.string().optional(),
        get module() {
          return ConfigModule.optional();
        },
      }),
    )
    .optional(),
});

const Plan = z.looseObject({
  format_version: z.string().regex(/^1\./, 'only version 1 of the format is supported'),
  /** Planning ended with an error: the plan lacks what was not planned. */
  errored: z.boolean().optional(),
  resource_changes: z.array(ResourceChange).default([]),
  /** Of a state; a plan has planned values. */
  values: z.unknown().optional(),
  configuration: z.looseObject({ root_module: ConfigModule.optional() }).optional(),
});

const KINDS: ReadonlyMap<string, ResourceKind> = new Map(
  RESOURCE_KINDS.map((kind) => [RESOURCE_DEFINITIONS[kind].type, kind]),
);

/** Types of administrative objects: much of what policies read of them, the server computes. */
const ADMINISTRATIVE_TYPES: ReadonlySet<string> = new Set(
  ADMINISTRATIVE_KINDS.map(terraformTypeOf),
);

/** Reads a plan. The error says what is wrong with it and what to give instead. */
export function readPlan(text: string): Result<ReviewedPlan, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const binary = text.startsWith('PK')
      ? 'it is a binary plan file; use the output of `terraform show -json PLAN`'
      : '';
    return err(binary || messageOf(cause));
  }
  const plan = Plan.safeParse(json);
  if (!plan.success) {
    const [issue] = plan.error.issues;
    const at = [issue?.path.join('.') ?? '', issue?.message].filter(Boolean).join(': ');
    return err(`not the output of \`terraform show -json PLAN\`: ${at}`);
  }
  if (plan.data.values !== undefined) {
    return err('it is a state, not a plan; use the output of `terraform show -json PLAN`');
  }
  if (plan.data.errored === true) {
    return err(
      'Terraform could not complete this plan, so it does not have all changes; correct what ' +
        '`terraform plan` reports, and plan again',
    );
  }
  const managed = plan.data.resource_changes.filter(({ mode }) => mode === 'managed');
  const modules = modulesOf(plan.data.configuration?.root_module);
  const written = writtenIn(modules);
  const resources = managed.flatMap((found) => toResource(found, written));
  const administrative = managed.filter(({ type }) => ADMINISTRATIVE_TYPES.has(type));
  const unasked = administrative
    .filter(({ change }) => changeOf(change.actions) !== 'none')
    .map(({ address }) => address);
  const unknown = managed.filter(
    ({ type }) =>
      type.startsWith('novacron_') && !KINDS.has(type) && !ADMINISTRATIVE_TYPES.has(type),
  );
  const unknownTypes = [...new Set(unknown.map(({ type }) => type))].toSorted();
  const known = resources.length + administrative.length + unknown.length;
  const moduleSources = new Map(
    modules.flatMap(({ names, source }) =>
      source === undefined ? [] : [[names.join('/'), source]],
    ),
  );
  const others = managed.length - known;
  return ok({ resources, others, unasked, unknownTypes, moduleSources });
}

/** A module of the configuration. */
interface FoundModule {
  /** Names of the calls that lead to it; none for the root. */
  readonly names: readonly string[];
  readonly source: string | undefined;
  readonly module: ConfigModule | undefined;
}

/** A module and all modules below it. */
function modulesOf(
  module: ConfigModule | undefined,
  names: readonly string[] = [],
  source?: string,
): readonly FoundModule[] {
  const below = Object.entries(module?.module_calls ?? {}).flatMap(([name, call]) =>
    modulesOf(call.module, [...names, name], call.source),
  );
  return [{ names, source, module }, ...below];
}

function toResource(
  found: ResourceChange,
  written: ReadonlyMap<string, Written>,
): PlannedResource[] {
  const kind = KINDS.get(found.type);
  if (kind === undefined) return [];
  const { before, after, after_unknown } = found.change;
  const was = withAllLabels(before);
  const is = withAllLabels(after);
  return [
    {
      address: found.address,
      moduleAddress: found.module_address ?? '',
      type: found.type,
      label: found.name,
      kind,
      id: typeof before?.id === 'string' ? before.id : undefined,
      change: changeOf(found.change.actions),
      computed: fieldsOf(kind, before ?? {}, 'computed'),
      plannedPerHour: plannedCostOf(after),
      before: was === null ? null : fieldsOf(kind, was),
      after: is === null ? null : fieldsOf(kind, is),
      unknown: unknownFields(kind, after_unknown, written.get(withoutIndexes(found.address))),
    },
  ];
}

/** The placement preview has it; a VM that stays stopped costs less than that. */
function plannedCostOf(after: JsonObject | null): number | null {
  const shown = after?.placement_preview;
  if (!isRecord(shown) || after?.power_state === 'stopped') return null;
  return typeof shown.cost_per_hour === 'number' ? shown.cost_per_hour : null;
}

/** With the default labels of the provider, which requests carry, in the place of the own ones. */
function withAllLabels(values: JsonObject | null): JsonObject | null {
  if (values === null) return null;
  const { metadata_all: all, vm_metadata_all: ofMembers, vm } = values;
  return {
    ...values,
    ...(isRecord(all) ? { metadata: all } : {}),
    ...(isRecord(ofMembers) && isRecord(vm) ? { vm: { ...vm, metadata: ofMembers } } : {}),
  };
}

function changeOf(actions: readonly string[]): PlannedResource['change'] {
  const has = (action: string) => actions.includes(action);
  if (has('delete')) return has('create') ? 'replace' : 'delete';
  if (has('create')) return 'create';
  return has('update') ? 'update' : 'none';
}

/** The fields that a request would carry, or those that the server computes. */
function fieldsOf(
  kind: ResourceKind,
  values: JsonObject,
  by: 'request' | 'computed' = 'request',
): JsonObject {
  const wanted = Object.entries(RESOURCE_DEFINITIONS[kind].table)
    .filter(([, { presence }]) => (presence === 'computed') === (by === 'computed'))
    .map(([name]) => [name, values[name] ?? null] as const);
  return Object.fromEntries(wanted);
}

/**
 * Paths of unknown values: `network_id`, `metadata.tier`. A field that the server assigns a value
 * to is in no request where the configuration does not have it.
 */
function unknownFields(
  kind: ResourceKind,
  unknown: unknown,
  written: Written | undefined,
): readonly string[] {
  const { table } = RESOURCE_DEFINITIONS[kind];
  return Object.entries(Object(unknown)).flatMap(([name, marks]) => {
    const field = table[name];
    if (field === undefined || field.presence === 'computed') return [];
    if (field.isAssigned && written !== undefined && !written.has(name)) return [];
    return pathsOf(marks, name);
  });
}

/** Names of the arguments that the configuration of a resource has. */
type Written = ReadonlySet<string>;

/** The arguments of each resource by its address without indexes. */
function writtenIn(modules: readonly FoundModule[]): ReadonlyMap<string, Written> {
  return new Map(
    modules.flatMap(({ names, module }) => {
      const above = names.map((name) => `module.${name}.`).join('');
      return (module?.resources ?? []).map(({ address, expressions }): [string, Written] => [
        `${above}${address}`,
        new Set(Object.keys(expressions ?? {})),
      ]);
    }),
  );
}

/** `module.web["a"].novacron_vm.vm[0]` without `["a"]` and `[0]`. */
function withoutIndexes(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '');
}

function pathsOf(marks: unknown, path: string): readonly string[] {
  if (marks === true) return [path];
  if (typeof marks !== 'object' || marks === null) return [];
  return Object.entries(marks).flatMap(([key, below]) => pathsOf(below, `${path}.${key}`));
}
