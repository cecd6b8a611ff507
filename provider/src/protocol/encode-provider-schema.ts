import { ProviderSchemaResponse } from '../gen/tfplugin6.ts';
import { getProviderSchema } from './calls/get-provider-schema.ts';
import type { AnyProvider } from './session/session.ts';

/** Every schema of the provider as the bytes that Terraform reads: a bundle keeps them. */
export function encodeProviderSchema(provider: AnyProvider): Buffer {
  return Buffer.from(ProviderSchemaResponse.encode(getProviderSchema(provider)).finish());
}
