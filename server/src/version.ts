/** The release that this server is of. */
export const SERVER_VERSION = '0.1.0';
