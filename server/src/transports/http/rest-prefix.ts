/** Where every REST path of the operations table begins. */
export const REST_PREFIX = '/api/v2';
