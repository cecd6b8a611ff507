/** `@novacron/testing/http-carrier` for `require`. */
const load = require('./load.cjs');

exports.createHttpCarrier = load('http-carrier').createHttpCarrier;
