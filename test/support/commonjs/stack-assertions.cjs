/** `@novacron/testing/stack-assertions` for `require`. */
const load = require('./load.cjs');

const { assertDistinctNodes, assertPolicySatisfied } = load('stack-assertions');

exports.assertDistinctNodes = assertDistinctNodes;
exports.assertPolicySatisfied = assertPolicySatisfied;
