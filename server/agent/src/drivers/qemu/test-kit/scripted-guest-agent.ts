/** A guest agent at a socket, for tests without a guest: it reports the given addresses. */
import { createServer, type Server, type Socket } from 'node:net';

/** Answers of the agent, and observations of its clients. */
export interface ScriptedGuestAgent {
  /** Undefined: it does not answer. */
  addresses: readonly string[] | undefined;
  /** The most conversations at once: each begins with a sync and has one question. */
  readonly conversationsMax: () => number;
  readonly close: () => Promise<void>;
}

interface Request {
  readonly execute: string;
  readonly arguments?: { readonly id?: number };
}

/** Listens at a path. */
export async function startScriptedGuestAgent(path: string): Promise<ScriptedGuestAgent> {
  const sockets = new Set<Socket>();
  let underWay = 0;
  let most = 0;
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.subarray(chunk.lastIndexOf(0xff) + 1).toString('utf8');
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) answer(socket, JSON.parse(line));
    });
  });
  const agent: ScriptedGuestAgent = {
    addresses: [],
    conversationsMax: () => most,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function answer(socket: Socket, request: Request): void {
    if (agent.addresses === undefined) {
      socket.destroy();
      return;
    }
    const found = agent.addresses.map((address) => ({ 'ip-address': address }));
    const isSync = request.execute === 'guest-sync-delimited';
    underWay += isSync ? 1 : -1;
    most = Math.max(most, underWay);
    const value = isSync ? request.arguments?.id : [{ name: 'eth0', 'ip-addresses': found }];
    socket.write(`${JSON.stringify({ return: value })}\n`);
  }

  await new Promise<void>((resolve) => server.listen(path, resolve));
  return agent;
}
