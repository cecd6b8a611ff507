/** The provider beside a server in words, for tests that look at what it asks. */
import { createNovacronProvider } from '../composition/novacron-provider.ts';
import { type Answers, agreeable, answerCall } from '../rpc/test-kit/agreeable-answers.ts';
import { type RpcServer, type SeenCall, startRpcServer } from '../rpc/test-kit/start-rpc-server.ts';
import { type RunningProvider, startProvider } from './start-provider.ts';

/** Both, running. */
export interface Agreeable {
  readonly server: RpcServer;
  readonly provider: RunningProvider;
  /** Answers of the server; a test can replace them. */
  readonly answers: Answers;
  /** Returns the parameters of all calls to an operation so far. */
  readonly sent: (method: string) => readonly SeenCall['params'][];
  readonly close: () => Promise<void>;
}

/** Starts both; the provider has still to be configured. */
export async function startAgreeable(): Promise<Agreeable> {
  const answers = agreeable();
  const server = await startRpcServer(({ calls, answer }) =>
    answer(calls.map((call) => answerCall(answers, call))),
  );
  const provider = await startProvider(createNovacronProvider({}, { retryMsMax: 0 }));
  return {
    server,
    provider,
    answers,
    sent: (method) =>
      server.batches
        .flat()
        .filter((call) => call.method === method)
        .map(({ params }) => params),
    close: async () => {
      await provider.close();
      await server.close();
    },
  };
}
