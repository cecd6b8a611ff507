/**
 * The answer to `GetProviderSchema`, in base64. The schema depends on nothing but the program, so
 * `build/bundle.mjs` computes it and puts it here; from sources it is computed when asked for.
 */
export const PREPARED_SCHEMA: string | undefined = undefined;
