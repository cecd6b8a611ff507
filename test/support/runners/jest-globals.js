/** Gives the `expect` of @jest/globals the matchers of NovaCron. */

import { expect } from '@jest/globals';
import { novacronMatchers } from '@novacron/testing/novacron-matchers';

expect.extend(novacronMatchers);
