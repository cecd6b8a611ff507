import { isValueRecord } from '../../cty/value.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { UserError } from '../../framework/diagnostics/user-error.ts';
import type { MoveRequest, MoveResponse } from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import { castAnswer, runHandler } from '../session/run-handler.ts';
import { baseContext, type Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';
import { rawStateFromWire, valueToWire } from '../translation/translate-value.ts';
import { identityToWire } from './resource-identity.ts';

/** Handles a `moved` block between two types: the target type converts the state or rejects it. */
export async function moveResourceState(
  request: MoveRequest,
  session: Session,
): Promise<MoveResponse> {
  const diagnostics = new Diagnostics();
  const { target_type_name, source_type_name } = request;
  const what = `move ${source_type_name} to ${target_type_name}`;
  const call = { diagnostics, log: session.log, what };
  const state = await runHandler(call, async () => {
    const resource = lookUp(session.provider.resources, target_type_name);
    const source = {
      provider: request.source_provider_address,
      type: source_type_name,
      schemaVersion: Number(request.source_schema_version),
      state: rawStateFromWire(request.source_state),
    };
    const moved = await resource.move?.(source, baseContext(session, diagnostics));
    if (moved === undefined) throw cannotMove(request);
    const { type } = resource.schema;
    const cast = castAnswer(type, moved, call);
    const identity = identityToWire(resource, isValueRecord(cast) ? cast : null);
    return { wire: valueToWire(type, cast), identity };
  });
  return {
    target_state: state?.wire,
    target_identity: state?.identity,
    target_private: Buffer.alloc(0),
    diagnostics: diagnosticsToWire(diagnostics),
  };
}

function cannotMove({ source_type_name, target_type_name }: MoveRequest): UserError {
  return new UserError({
    summary: `${source_type_name} cannot become ${target_type_name}`,
    detail:
      'The state cannot be converted. Remove the moved block; then import the object to its ' +
      'new address, or let Terraform create a new one.',
  });
}
