/** The release that this provider is of. */
export const PROVIDER_VERSION = '0.1.0';
