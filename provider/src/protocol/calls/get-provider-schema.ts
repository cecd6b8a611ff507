import type { Table } from '../../framework/provider.ts';
import type {
  FunctionsResponse,
  MetadataResponse,
  ProviderSchemaResponse,
  ServerCapabilities,
} from '../../gen/tfplugin6.ts';
import type { AnyProvider } from '../session/session.ts';
import { functionToWire, schemaToWire } from '../translation/translate-schema.ts';

const CAPABILITIES: ServerCapabilities = {
  // Destroys are planned too, so that policies can deny them before anything happens.
  plan_destroy: true,
  // Terraform may keep the schema of an earlier start.
  get_provider_schema_optional: true,
  move_resource_state: true,
  generate_resource_config: false,
};

/** Returns all schemas of the provider, the source of validation and of the reference docs. */
export function getProviderSchema(provider: AnyProvider): ProviderSchemaResponse {
  const schemas = (table: Table<{ readonly schema: AnyProvider['schema'] }>) =>
    mapTable(table, ({ schema }) => schemaToWire(schema));
  return {
    provider: schemaToWire(provider.schema),
    resource_schemas: schemas(provider.resources),
    data_source_schemas: schemas(provider.dataSources),
    functions: mapTable(provider.functions ?? {}, functionToWire),
    ephemeral_resource_schemas: schemas(provider.ephemeralResources ?? {}),
    list_resource_schemas: schemas(provider.listResources ?? {}),
    action_schemas: mapTable(provider.actions ?? {}, ({ schema }) => ({
      schema: schemaToWire(schema),
    })),
    provider_meta: undefined,
    server_capabilities: CAPABILITIES,
    diagnostics: [],
  };
}

/** Returns all names, for callers that do not need the schemas yet. */
export function getMetadata(provider: AnyProvider): MetadataResponse {
  const types = (table: Table<unknown>) => Object.keys(table).map((name) => ({ type_name: name }));
  return {
    server_capabilities: CAPABILITIES,
    resources: types(provider.resources),
    data_sources: types(provider.dataSources),
    ephemeral_resources: types(provider.ephemeralResources ?? {}),
    list_resources: types(provider.listResources ?? {}),
    actions: types(provider.actions ?? {}),
    functions: Object.keys(provider.functions ?? {}).map((name) => ({ name })),
    diagnostics: [],
  };
}

/** The signatures of the provider's functions. */
export function getFunctions(provider: AnyProvider): FunctionsResponse {
  return { functions: mapTable(provider.functions ?? {}, functionToWire), diagnostics: [] };
}

function mapTable<A, B>(table: Table<A>, change: (entry: A) => B): { [name: string]: B } {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, change(entry)]));
}
