/** `@novacron/testing/memory-disk` for `require`. */
const load = require('./load.cjs');

exports.makeDataDirectory = load('memory-disk').makeDataDirectory;
