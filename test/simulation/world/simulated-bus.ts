/**
 * The bus of a simulated world: the in-process one, with a wire in front of it on which messages
 * take time, overtake each other, get lost and arrive twice. That is worse than the port allows:
 * nothing that NovaCron keeps may depend on better.
 */

import type { Bus } from '@novacron/bus/bus';
import { tooLateProblem } from '@novacron/bus/bus-problems';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { nodeOfSubject } from '@novacron/contract/agent/agent-subjects';
import type { Chance } from './chance.ts';
import type { Kernel } from './kernel.ts';
import { type Life, never } from './life.ts';
import type { Trace } from './trace.ts';

const FAST_MS_MAX = 5;
const SLOW_MS_MAX = 3_000;

/** Current delivery conditions of messages, each ratio 0 to 1; the owner may change them. */
export interface Weather {
  lossRatio: number;
  repeatRatio: number;
  slowRatio: number;
  /** Names of nodes that no message reaches or leaves. */
  readonly cutOff: Set<string>;
  /** Nodes whose agents do not run for a while, and until when: messages wait. Unit: ms. */
  readonly pausedUntilMs?: Map<string, number>;
}

/** Dependencies of the bus. */
export interface SimulatedBusParts {
  readonly kernel: Kernel;
  readonly trace: Trace;
  readonly chance: Chance;
  readonly weather: Weather;
  /** Hears of subscribers that threw and responders that rejected: bugs. */
  readonly onFault: (subject: string, cause: unknown) => void;
}

/** Opens the bus that agents use. */
export function openSimulatedBus(parts: SimulatedBusParts): Bus {
  const { kernel, trace, chance, weather, onFault } = parts;
  const inner = openMemoryBus({ timers: kernel.timers, onFault });

  /** Delivers once, twice or never, each time after a delay of its own. */
  function carry(what: string, message: object, deliver: () => void): void {
    const isLost = chance.happens(weather.lossRatio);
    const copies = isLost ? 0 : chance.happens(weather.repeatRatio) ? 2 : 1;
    trace.note('bus', what, { message, copies });
    for (let copy = 0; copy < copies; copy += 1) {
      const latencyMs = chance.between(
        0,
        chance.happens(weather.slowRatio) ? SLOW_MS_MAX : FAST_MS_MAX,
      );
      const delayMs = pauseOf(what) + latencyMs;
      kernel.timers.after(delayMs, () => {
        if (!isCutOff(what)) deliver();
      });
    }
  }

  /** Each subject has the node that it leads to or comes from; what it says may name others. */
  function isCutOff(subject: string): boolean {
    return weather.cutOff.has(nodeOfSubject(subject));
  }

  /** @returns for how long the node of the message does not run yet */
  function pauseOf(subject: string): number {
    const untilMs = weather.pausedUntilMs?.get(nodeOfSubject(subject));
    return untilMs === undefined ? 0 : Math.max(0, untilMs - kernel.clock.nowMs());
  }

  return {
    ...inner,
    publish: (subject, message, options) =>
      carry(subject, message, () => inner.publish(subject, message, options)),
    request: (subject, message, { timeoutMs }) =>
      new Promise((resolve) => {
        const tooLate = () => resolve({ ok: false, error: tooLateProblem(subject, timeoutMs) });
        const cancel = kernel.timers.after(timeoutMs, tooLate);
        carry(subject, message, () => {
          void inner.request(subject, message, { timeoutMs }).then((answer) => {
            const said = answer.ok ? answer.value : { problem: answer.error.code };
            carry(`${subject} answered`, said, () => {
              cancel();
              resolve(answer);
            });
          });
        });
      }),
  };
}

/** The bus port of one life of a server. */
export function joinBus(bus: Bus, life: Life): Bus {
  return {
    publish: (subject, message, options) => {
      if (life.enter() === 'alive') bus.publish(subject, message, options);
    },
    subscribe: (subject, subscriber) => {
      if (life.enter() === 'dead') return () => undefined;
      const leave = bus.subscribe(subject, subscriber);
      life.onEnd(leave);
      return leave;
    },
    isUp: bus.isUp,
    request: async (subject, message, options) => {
      if (life.enter() === 'dead') return never();
      const answer = await bus.request(subject, message, options);
      return life.isAlive() ? answer : never();
    },
    respond: (subject, responder) => {
      if (life.enter() === 'dead') return () => undefined;
      const leave = bus.respond(subject, responder);
      life.onEnd(leave);
      return leave;
    },
    replay: async (subject, options) => {
      if (life.enter() === 'dead') return never();
      const answer = await bus.replay(subject, options);
      return life.isAlive() ? answer : never();
    },
    close: () => Promise.resolve(),
  };
}
