import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { ArgumentError, type ProviderFunction } from '../../framework/provider-function.ts';
import { ctyTypeOf } from '../../framework/schema/value-type.ts';
import type { CallRequest, CallResponse } from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import { castAnswer } from '../session/run-handler.ts';
import type { Session } from '../session/session.ts';
import { valueFromWire, valueToWire } from '../translation/translate-value.ts';

/** Calls a function of the provider; it needs no configuration and no server. */
export async function callFunction(request: CallRequest, session: Session): Promise<CallResponse> {
  try {
    const definition = lookUp(session.provider.functions, request.name);
    const values = definition.parameters.map(({ type }, index) =>
      valueFromWire(ctyTypeOf(type.shape), request.arguments[index]),
    );
    return { result: await answer(definition, values, session), error: undefined };
  } catch (error) {
    session.log.debug(`function ${request.name} refused its arguments`, { error });
    const words = error instanceof Error ? error.message : String(error);
    // Terraform ends what it shows with a full stop of its own.
    const text = words.replace(/\.$/, '');
    const argument = error instanceof ArgumentError ? BigInt(error.argument) : undefined;
    return { result: undefined, error: { text, function_argument: argument } };
  }
}

async function answer(definition: ProviderFunction, values: readonly unknown[], { log }: Session) {
  const type = ctyTypeOf(definition.returns.shape);
  const diagnostics = new Diagnostics();
  // The values have been decoded by the types of the parameters.
  const result = await definition.call(values as readonly never[]);
  const value = castAnswer(type, result, { diagnostics, log, what: 'call a function' });
  const [bug] = diagnostics.all;
  if (bug !== undefined) throw new Error(bug.summary);
  return valueToWire(type, value);
}
