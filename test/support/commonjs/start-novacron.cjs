/** `@novacron/testing/start-novacron` for `require`. */
const load = require('./load.cjs');

const { startNovacron } = load('start-novacron');

/** Copies an answer, so that its objects are of the context of the test: `toStrictEqual` asks. */
const copy = (answer) => (answer === undefined ? undefined : JSON.parse(JSON.stringify(answer)));

exports.startNovacron = async (options) => {
  const novacron = await startNovacron(options);
  return {
    ...novacron,
    call: async (...args) => copy(await novacron.call(...args)),
    expectOk: async (...args) => copy(await novacron.expectOk(...args)),
    waitFor: async (...args) => copy(await novacron.waitFor(...args)),
  };
};
