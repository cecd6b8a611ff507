/** The owner of an operation that waits: no server has this name. */
export const PARKED = 'waiting';
