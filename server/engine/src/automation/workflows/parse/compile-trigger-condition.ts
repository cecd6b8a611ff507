/** Compiles the conditions of triggers: CEL over an event, or over what was delivered. */
import { createCelCompiler } from '../../../create-cel-compiler.ts';

/** Compiles a condition of an event. */
export const compileEventCondition = createCelCompiler({ event: 'map<string, dyn>' });

/** Compiles a condition of a webhook. */
export const compilePayloadCondition = createCelCompiler({ payload: 'map<string, dyn>' });
