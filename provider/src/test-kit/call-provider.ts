import { Client, credentials } from '@grpc/grpc-js';
import { ProviderService } from '../gen/tfplugin6.ts';

type Definitions = typeof ProviderService;

/** The names of all calls of the protocol. */
export type CallName = keyof Definitions;

/** The request of one call. */
export type RequestOf<N extends CallName> = Definitions[N] extends {
  readonly requestSerialize: (value: infer R) => Buffer;
}
  ? R
  : never;

/** The response of one call. */
export type ResponseOf<N extends CallName> = Definitions[N] extends {
  readonly responseDeserialize: (value: Buffer) => infer R;
}
  ? R
  : never;

/** Calls a provider the way Terraform does. */
export interface ProviderConnection {
  call<N extends CallName>(name: N, request: RequestOf<N>): Promise<ResponseOf<N>>;
  /** A call with many responses; all of them. */
  collect<N extends CallName>(name: N, request: RequestOf<N>): Promise<readonly ResponseOf<N>[]>;
  close(): void;
}

/** Connects to a provider that serves on a unix socket without TLS. */
export function connectProvider(socketPath: string): ProviderConnection {
  const client = new Client(`unix:${socketPath}`, credentials.createInsecure());
  return {
    call: (name, request) =>
      new Promise((resolve, reject) => {
        const { path, requestSerialize, responseDeserialize } = ProviderService[name];
        client.makeUnaryRequest(
          path,
          requestSerialize as (value: unknown) => Buffer,
          responseDeserialize as (value: Buffer) => ResponseOf<typeof name>,
          request,
          (error, response) => {
            if (error !== null) reject(error);
            else if (response === undefined) reject(new Error('no response'));
            else resolve(response);
          },
        );
      }),
    collect: async (name, request) => {
      const { path, requestSerialize, responseDeserialize } = ProviderService[name];
      const stream = client.makeServerStreamRequest(
        path,
        requestSerialize as (value: unknown) => Buffer,
        responseDeserialize as (value: Buffer) => ResponseOf<typeof name>,
        request,
      );
      const responses: ResponseOf<typeof name>[] = [];
      for await (const response of stream) responses.push(response);
      return responses;
    },
    close: () => client.close(),
  };
}
