/** Gives the `expect` of @jest/globals the matchers of NovaCron. */
const { expect } = require('@jest/globals');
const { novacronMatchers } = require('@novacron/testing/novacron-matchers');

expect.extend(novacronMatchers);
