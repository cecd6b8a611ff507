/** The matchers of NovaCron for the `expect` of vitest. */
import type { NovacronMatchers } from '@novacron/testing/novacron-matchers';

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are those that it extends
  interface Matchers<T = any> extends NovacronMatchers {}
}
