/** The matchers of NovaCron for the global `expect` of jest, as `@types/jest` declares it. */
import type { NovacronMatchers } from '@novacron/testing/novacron-matchers';

declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: the parameters are those that it extends
    interface Matchers<R, T = {}> extends NovacronMatchers {}
  }
}
