/** `@novacron/testing/wait-until` for `require`. */
const load = require('./load.cjs');

exports.waitUntil = load('wait-until').waitUntil;
