/** `@novacron/testing/novacron-matchers` for `require`. */
const load = require('./load.cjs');

exports.novacronMatchers = load('novacron-matchers').novacronMatchers;
