/** Plays an endpoint with the interface of OpenAI for tests, over HTTP. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Answer of the model. */
export type PlayedAnswer =
  | { readonly kind: 'content'; readonly content: string }
  | { readonly kind: 'raw'; readonly status: number; readonly body: string | Buffer }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'silent' };

/** A request that came to it. */
export interface PlayedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** One that is played. */
export interface PlayedModel {
  /** With the path that `/chat/completions` follows. */
  readonly url: string;
  readonly host: string;
  answer: PlayedAnswer;
  readonly asked: PlayedRequest[];
  readonly close: () => Promise<void>;
}

/** Starts it on a free port of this machine. */
export async function playModel(): Promise<PlayedModel> {
  const server = createServer(async (request, response) => {
    const { authorization } = request.headers;
    const { answer } = played;
    played.asked.push({ path: request.url ?? '', authorization, body: await text(request) });
    if (answer.kind === 'silent') return;
    if (answer.kind === 'redirect') {
      response.writeHead(307, { location: answer.to }).end();
      return;
    }
    const [status, body] =
      answer.kind === 'raw' ? [answer.status, answer.body] : [200, completionOf(answer.content)];
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const played: PlayedModel = {
    url: `http://${host}/v1`,
    host,
    answer: { kind: 'content', content: 'name: none' },
    asked: [],
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await once(server.close(), 'close');
    },
  };
  return played;
}

function completionOf(content: string): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  });
}
