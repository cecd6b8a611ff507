/**
 * Limits sign-ins that begin at an issuer, by address and by the networks around it: who has many
 * addresses uses up what those networks have, and the rest of the world begins as before.
 */
import type { Clock } from '@novacron/runtime/clock';
import { addressBlockOf, networksOf } from './address-block.ts';
import { type Allowance, createLimiter } from './rate-limiter.ts';

/** Attempts of one address: of a person who begins again, and colleagues behind the same proxy. */
const PER_ADDRESS: Allowance = { burst: 20, perSecond: 0.2 };

/** Attempts of one network, which one customer of a provider may have as a whole. */
const PER_NETWORK: Allowance = { burst: 200, perSecond: 2 };

/** Attempts of one range, which one provider may have as a whole. */
const PER_RANGE: Allowance = { burst: 2_000, perSecond: 20 };

/** Attempts of all addresses: no more than 80,000 are open at a server at any time, some 16 MB. */
const ALTOGETHER: Allowance = { burst: 20_000, perSecond: 100 };

/** Admits attempts. */
export interface AttemptLimits {
  /**
   * Returns the time that the address has to wait; 0 if its attempt is admitted and counted. Unit:
   * ms.
   */
  readonly take: (address: string) => number;
}

/** Makes limits of which nothing is used yet. */
export function createAttemptLimits(clock: Clock): AttemptLimits {
  const perAddress = createLimiter(clock, PER_ADDRESS);
  const perNetwork = createLimiter(clock, PER_NETWORK);
  const perRange = createLimiter(clock, PER_RANGE);
  const altogether = createLimiter(clock, ALTOGETHER);
  return {
    take: (address) => {
      const [network, range] = networksOf(address);
      return (
        perAddress.take(addressBlockOf(address)) ||
        perNetwork.take(network) ||
        perRange.take(range) ||
        altogether.take('all')
      );
    },
  };
}
