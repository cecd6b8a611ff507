/** The way between clients and the server's dispatcher: slow, lossy and cut by every crash. */

import type { ClientName } from '@novacron/contract/access/identity';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { beginRequest, type Principal } from '@novacron/server/app/kernel/context/call-context';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import type { Chance } from '../world/chance.ts';
import type { Kernel } from '../world/kernel.ts';
import type { Weather } from '../world/simulated-bus.ts';
import type { SimulatedServer } from '../world/simulated-server.ts';
import type { Trace } from '../world/trace.ts';
import type { Intent } from './ledger.ts';

const WAY_MS_MAX = 40;

/** A client hangs up after this: more than the longest wait that it asks for. */
const PATIENCE_MS = 20_000;

/** Outcome of a call for the client; `lost`: it is unknown whether it was executed. */
export type Outcome =
  | { readonly kind: 'answered'; readonly result: Result<unknown, Problem> }
  | { readonly kind: 'lost' };

/** Identity of the caller. */
export interface Caller {
  readonly name: string;
  readonly client: ClientName;
  readonly principal: Principal;
}

/** Sends calls. */
export interface Wire {
  readonly send: (caller: Caller, intent: Intent) => Promise<Outcome>;
}

/** Dependencies of the wire. */
export interface WireParts {
  readonly kernel: Kernel;
  readonly trace: Trace;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly server: SimulatedServer;
}

const LOST: Outcome = { kind: 'lost' };

/** Lays the wire. */
export function layWire(parts: WireParts): Wire {
  const { kernel, trace, chance, weather, server } = parts;
  const wayMs = (): number => chance.between(0, WAY_MS_MAX);

  async function serve(
    caller: Caller,
    intent: Intent,
    way: { readonly signal: AbortSignal; readonly end: (outcome: Outcome) => void },
  ): Promise<void> {
    const serving = server.serving();
    if (serving === undefined) {
      way.end(LOST);
      return;
    }
    const { life, core } = serving;
    life.onEnd(() => kernel.timers.after(wayMs(), () => way.end(LOST)));
    const requestId = core.application.nextRequestId();
    intent.requestIds.push(requestId);
    trace.note(caller.name, `asks ${intent.name}`, { requestId, input: intent.input });
    const result = await dispatch(core, {
      name: intent.name,
      rawInput: intent.input,
      context: {
        principal: caller.principal,
        requestId,
        client: caller.client,
        deployment: 'default',
        signal: way.signal,
        request: beginRequest(),
      },
    });
    const isLost = chance.happens(weather.lossRatio);
    trace.note(caller.name, `is answered ${intent.name}`, { requestId, isLost, result });
    if (isLost) return;
    kernel.timers.after(wayMs(), () => way.end({ kind: 'answered', result }));
  }

  return {
    send: (caller, intent) =>
      new Promise((resolve) => {
        const hangUp = new AbortController();
        const end = (outcome: Outcome): void => {
          cancelPatience();
          resolve(outcome);
        };
        const cancelPatience = kernel.timers.after(PATIENCE_MS, () => {
          if (chance.happens(0.5)) hangUp.abort();
          end(LOST);
        });
        if (chance.happens(weather.lossRatio)) return;
        kernel.timers.after(
          wayMs(),
          () => void serve(caller, intent, { signal: hangUp.signal, end }),
        );
      }),
  };
}
