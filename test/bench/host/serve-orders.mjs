/** The side of a program of this folder that its parent talks to. */

/** Settings that the parent process passed at the start. */
export const settings = JSON.parse(process.argv[2] ?? '{}');

/**
 * Says hello, then carries out one order after another until the parent is gone.
 * @param {object} hello
 * @param {Record<string, (order: object) => Promise<object>>} orders - by their kind
 */
export function serveOrders(hello, orders) {
  process.on('disconnect', () => process.exit());
  process.on('message', async (order) => {
    try {
      process.send(await orders[order.kind](order));
    } catch (cause) {
      process.send({ failed: cause.stack });
    }
  });
  process.send(hello);
}
