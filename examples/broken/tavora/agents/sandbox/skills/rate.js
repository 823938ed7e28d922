/**
 * Rates an order.
 * @param {object} args
 * @param {string} args.orderId - Order number.
 * @param {number} args.stars - From 1 to 5.
 */
module.exports = function (args) {
  return { orderId: args.orderId, stars: args.stars };
};
