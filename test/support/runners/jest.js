/** Gives the global `expect` of jest the matchers of NovaCron. */
import { novacronMatchers } from '@novacron/testing/novacron-matchers';

globalThis.expect.extend(novacronMatchers);
