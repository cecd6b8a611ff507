/** Gives the `expect` of vitest the matchers of NovaCron. */
import { novacronMatchers } from '@novacron/testing/novacron-matchers';
import { expect } from 'vitest';

expect.extend(novacronMatchers);
