/** Stands for @grpc/grpc-js in the bundle: a provider has no clients, and its server is our own. */
export const makeGenericClientConstructor = () => undefined;
