/** Asks an endpoint for chat completions. Source: the API of OpenAI, which many servers have. */
import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import { z } from 'zod';
import type { Breakers } from '../../ports/breakers.ts';
import type { DraftModel, ModelFault } from '../../ports/draft-model.ts';
import type { AddressGuard } from '../egress/guard-addresses.ts';
import { guardedFetch } from '../egress/guarded-fetch.ts';
import { reasonOf } from '../egress/name-failure.ts';

/** Requests at once: each takes long, and costs. */
const IN_FLIGHT_MAX = 4;

/** An endpoint: the configuration says what each part means. */
export interface ModelEndpoint {
  readonly url: string;
  readonly model: string;
  readonly keyFile: string | undefined;
  readonly ca: string | undefined;
  readonly timeoutMs: number;
}

const Answer = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().min(1) }) })).min(1),
});

/** The endpoint does not work; its message follows "the endpoint". */
class NoAnswer extends Error {}

/** Makes it; nothing is sent before the first question. */
export function createDraftModel(
  endpoint: ModelEndpoint,
  parts: { readonly guard: AddressGuard; readonly breakers: Breakers; readonly clock: Clock },
): DraftModel {
  const { url, model, ca, keyFile, timeoutMs } = endpoint;
  const { host } = new URL(url);
  const fetchIt = guardedFetch(parts.guard, { server: url, ca });
  let inFlight = 0;

  async function send(body: string, signal: AbortSignal): Promise<string> {
    const key = keyFile === undefined ? undefined : await readKey(keyFile);
    const response = await fetchIt(`${url}/chat/completions`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body,
      signal,
    });
    if (response.status !== 200) throw new NoAnswer(`answered ${response.status}`);
    const answer = Answer.safeParse(await response.json().catch(() => undefined));
    const content = answer.data?.choices[0]?.message.content;
    if (content === undefined) throw new NoAnswer('answered without a chat completion');
    return content;
  }

  async function sendCounted(
    body: string,
    signal: AbortSignal | undefined,
  ): Promise<Result<string, ModelFault>> {
    const breaker = parts.breakers.of('models', host);
    if (!breaker.tryCall(parts.clock.nowMs())) {
      return err({ words: 'has failed several times in a row, so it is left alone for now' });
    }
    const late = AbortSignal.timeout(timeoutMs);
    inFlight += 1;
    try {
      const text = await send(body, signal === undefined ? late : AbortSignal.any([late, signal]));
      breaker.succeeded();
      return ok(text);
    } catch (cause) {
      breaker.failed(parts.clock.nowMs());
      const waited = `did not answer within ${timeoutMs / 1_000} s`;
      return err({ words: late.aborted ? waited : wordsOf(cause) });
    } finally {
      inFlight -= 1;
    }
  }

  return {
    host,
    model,
    bodyOf: (messages) => JSON.stringify({ model, messages, temperature: 0, stream: false }),
    ask: async (body, signal) =>
      inFlight >= IN_FLIGHT_MAX
        ? err({ words: `answers ${IN_FLIGHT_MAX} other requests already` })
        : sendCounted(body, signal),
  };
}

async function readKey(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const { code } = Object(cause);
    throw new NoAnswer(`is not asked: the file of its key cannot be read (${code})`);
  });
  return text.trim();
}

/** Words that follow "the endpoint"; messages of connections may have the address. */
function wordsOf(cause: unknown): string {
  if (cause instanceof NoAnswer) return cause.message;
  const { message } = Object(cause);
  const isLong = typeof message === 'string' && message.endsWith('answered too much');
  return isLong ? 'answered too much' : reasonOf(cause);
}
