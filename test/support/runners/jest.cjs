/** Gives the global `expect` of jest the matchers of NovaCron. */
const { novacronMatchers } = require('@novacron/testing/novacron-matchers');

globalThis.expect.extend(novacronMatchers);
