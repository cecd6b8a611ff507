import type { BaseContext } from '../../framework/context.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { validateConfig } from '../../framework/planning/validate-config.ts';
import type { Awaitable } from '../../framework/resource.ts';
import type { InferConfig, Schema } from '../../framework/schema/schema.ts';
import type { DiagnosticsResponse, ValidateRequest } from '../../gen/tfplugin6.ts';
import { runHandler } from '../session/run-handler.ts';
import { baseContext, type Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';

/** A resource, data source or ephemeral resource, as far as validation needs it. */
export interface Validated {
  readonly schema: Schema;
  validate?(config: InferConfig<Schema>, context: BaseContext): Awaitable<void>;
}

/**
 * Checks one block of configuration, parts of which may be unknown: the rules of the schema
 * first, then the block's own.
 * @param find - throws a UserError when the type does not exist
 */
export async function validateBlockConfig(
  request: ValidateRequest,
  session: Session,
  find: () => Validated,
): Promise<DiagnosticsResponse> {
  const diagnostics = new Diagnostics();
  const call = { diagnostics, log: session.log, what: `validate ${request.type_name}` };
  await runHandler(call, async () => {
    const validated = find();
    const { attributes, type } = validated.schema;
    const config = session.values.read(type, request.config) ?? {};
    // Terraform before 1.8 sends no capabilities and has no write-only attributes.
    const writeOnlyAllowed = request.client_capabilities?.write_only_attributes_allowed ?? false;
    diagnostics.append(validateConfig(attributes, config, { writeOnlyAllowed }).all);
    await validated.validate?.(config, baseContext(session, diagnostics));
  });
  return { diagnostics: diagnosticsToWire(diagnostics) };
}
