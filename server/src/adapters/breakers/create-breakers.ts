/** The circuit breakers of one server: one for each target that it calls, counted by link. */
import {
  afterFailure,
  type BreakerRules,
  type BreakerState,
  CLOSED,
  isOpen,
  passCall,
} from '@novacron/contract/circuit-breaker';
import { keysOf } from '@novacron/contract/closed-table';
import type { Breaker, BreakerLink, Breakers } from '../../ports/breakers.ts';
import { NO_TELEMETRY, type Telemetry } from '../../ports/telemetry.ts';

/** The rules of every link. */
const RULES: Readonly<Record<BreakerLink, BreakerRules>> = {
  // Long enough for a restart at the other side, short enough for people who wait.
  oidc: { failuresMax: 3, openMs: 30_000 },
  // Each failure has cost the full wait for an answer; a node that is back is needed soon.
  agents: { failuresMax: 3, openMs: 5_000 },
  // Each failure may have cost the full timeout; no request waits for a webhook.
  webhooks: { failuresMax: 5, openMs: 30_000 },
  steps: { failuresMax: 5, openMs: 30_000 },
  notifications: { failuresMax: 5, openMs: 30_000 },
  // Asked every 30 seconds, many times in a row: a round must not wait for each timeout.
  metrics: { failuresMax: 3, openMs: 25_000 },
  vault: { failuresMax: 5, openMs: 5_000 },
  // A person asks, and waits for a minute at most each time.
  models: { failuresMax: 3, openMs: 30_000 },
};

/** Makes them; all are closed. */
export function createBreakers(telemetry: Telemetry = NO_TELEMETRY): Breakers {
  /** Breakers by link and target. Closed breakers without a failure are not stored. */
  const states = new Map<string, { readonly link: BreakerLink; readonly state: BreakerState }>();

  function showOpen(): void {
    const open = [...states.values()].filter(({ link, state }) => isOpen(state, RULES[link]));
    const series = keysOf(RULES).map((link) => {
      return { labels: { link }, value: open.filter((each) => each.link === link).length };
    });
    telemetry.set('novacron_circuit_breakers_open', series);
  }

  showOpen();
  return { of: (link, target) => breakerOf(link, target) };

  function breakerOf(link: BreakerLink, target: string): Breaker {
    const key = `${link} ${target}`;
    const rules = RULES[link];
    const stateNow = (): BreakerState => states.get(key)?.state ?? CLOSED;
    return {
      tryCall: (nowMs) => {
        const passed = passCall(stateNow(), rules, nowMs);
        if (passed === undefined)
          telemetry.count('novacron_circuit_breaker_refused_total', { link });
        else if (passed !== CLOSED) states.set(key, { link, state: passed });
        return passed !== undefined;
      },
      succeeded: () => {
        const wasOpen = isOpen(stateNow(), rules);
        states.delete(key);
        if (wasOpen) showOpen();
      },
      failed: (nowMs) => {
        const before = stateNow();
        const state = afterFailure(before, rules, nowMs);
        states.set(key, { link, state });
        if (isOpen(before, rules) || !isOpen(state, rules)) return;
        telemetry.count('novacron_circuit_breaker_opened_total', { link });
        showOpen();
      },
    };
  }
}
