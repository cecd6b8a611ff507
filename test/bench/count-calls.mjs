/** A proxy that counts what the provider asks of the server, and may be far away. */
import { createServer, request as sendRequest } from 'node:http';

/**
 * @param {string} target - the server's URL
 * @param {{ delayMs?: number }} options - what each request waits before it goes on
 * @returns {Promise<{ url: string, counts: () => { requests: number, calls: object },
 * stop: () => void }>}
 */
export async function startCallCounter(target, { delayMs = 0 } = {}) {
  let requests = 0;
  const calls = {};
  const proxy = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    requests += 1;
    for (const name of namesOfCalls(body)) calls[name] = (calls[name] ?? 0) + 1;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const { method, headers } = request;
    const onward = sendRequest(new URL(request.url, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    onward.end(body);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address();
  return {
    url: `http://127.0.0.1:${port}`,
    counts: () => ({ requests, calls }),
    stop: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

function namesOfCalls(body) {
  const message = JSON.parse(body.toString('utf8'));
  return [message].flat().map((call) => call.method);
}
