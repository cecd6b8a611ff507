/** The matchers of NovaCron for the `expect` of `@jest/globals`. */
import type { NovacronMatchers } from '@novacron/testing/novacron-matchers';

declare module 'expect' {
  // The parameters have to be those of the declaration that this one extends.
  interface Matchers<R extends void | Promise<void>, T = unknown> extends NovacronMatchers {}
}
