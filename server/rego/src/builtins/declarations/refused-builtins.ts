// Builtins of OPA that are refused by name, and why.

const NETWORK = 'it talks to the network, and a policy must answer from its input alone';
const HOST = 'it reveals the machine that decides, and a policy must answer from its input alone';

/** Refused builtins with the reason, as a clause. */
export const REFUSED_BUILTINS: ReadonlyMap<string, string> = new Map([
  ['http.send', NETWORK],
  ['net.lookup_ip_addr', NETWORK],
  ['opa.runtime', HOST],
]);
