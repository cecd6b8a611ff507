import { ProviderSchemaResponse } from '../gen/tfplugin6.ts';
import { getProviderSchema } from './calls/get-provider-schema.ts';
import type { AnyProvider } from './session/session.ts';

/** Encodes all schemas of the provider as Terraform reads them, to be stored in the bundle. */
export function encodeProviderSchema(provider: AnyProvider): Buffer {
  return Buffer.from(ProviderSchemaResponse.encode(getProviderSchema(provider)).finish());
}
