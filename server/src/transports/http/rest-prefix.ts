/** Prefix of every REST path in the operations table. */
export const REST_PREFIX = '/api/v2';
