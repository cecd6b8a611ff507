/** The files of the reference that are made from the contract. */
import { toOpenApiDocument } from '@novacron/contract/openapi/openapi';
import { makePolicyInputSchema } from '@novacron/contract/policy-input/policy-input-schema';
import { toErrorPage } from './error-page.ts';
import { formatJson } from './format-json.ts';
import { toJsonRpcDocument } from './json-rpc-document.ts';

/** The version of the surface: a release changes the reference only where it changes that. */
const SURFACE_VERSION = '2';

/** Makes every file, by name. Pure. */
export function referenceFiles(): Readonly<Record<string, string>> {
  return {
    'openapi.json': formatJson(toOpenApiDocument({ version: SURFACE_VERSION })),
    'json-rpc.json': formatJson(toJsonRpcDocument()),
    'policy-input.json': formatJson(makePolicyInputSchema()),
    'errors.md': toErrorPage(),
  };
}
