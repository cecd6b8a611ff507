import { isValueRecord } from '../../cty/value.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { UserError } from '../../framework/diagnostics/user-error.ts';
import { openPrivateState } from '../../framework/private-state.ts';
import type { ImportRequest, ImportResponse } from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import { castAnswer, runHandler } from '../session/run-handler.ts';
import { resourceContext, type Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';
import { valueToWire } from '../translation/translate-value.ts';
import { identityToWire, importIdOf } from './resource-identity.ts';

/** Takes an existing object into the state; Terraform reads it right afterwards. */
export async function importResourceState(
  request: ImportRequest,
  session: Session,
): Promise<ImportResponse> {
  const { type_name } = request;
  const diagnostics = new Diagnostics();
  const privateRecord = openPrivateState(Buffer.alloc(0));
  const call = { diagnostics, log: session.log, what: `import ${type_name}` };
  const imported = await runHandler(call, async () => {
    const resource = lookUp(session.provider.resources, type_name);
    if (resource.import === undefined) throw cannotImport(type_name);
    const context = resourceContext(session, diagnostics, privateRecord);
    const partial = await resource.import(importIdOf(request, resource), context);
    if (diagnostics.hasErrors) return undefined;
    if (partial === null) throw notFound(request);
    const { type } = resource.schema;
    const cast = castAnswer(type, partial, call);
    const identity = identityToWire(resource, isValueRecord(cast) ? cast : null);
    return { state: valueToWire(type, cast), identity };
  });
  privateRecord.imported = true;
  return {
    imported_resources:
      imported === undefined ? [] : [{ type_name, ...imported, private: privateRecord.encode() }],
    diagnostics: diagnosticsToWire(diagnostics),
    deferred: undefined,
  };
}

function cannotImport(typeName: string): UserError {
  return new UserError({
    summary: `${typeName} cannot be imported`,
    detail: 'Objects of this type do not support import. Create a new one instead.',
  });
}

function notFound({ type_name, id }: ImportRequest): UserError {
  return new UserError({
    summary: 'The object to import does not exist',
    detail: `There is no ${type_name} with the id "${id}". Check the id, and the tenant and
endpoint of the provider.`.replace('\n', ' '),
  });
}
