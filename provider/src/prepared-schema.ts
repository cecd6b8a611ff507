/**
 * The answer to `GetProviderSchema`, in base64. The schema depends only on the program, so
 * `build/bundle.mjs` computes it and stores it here; when run from source it is computed on demand.
 */
export const PREPARED_SCHEMA: string | undefined = undefined;
