/**
 * Refunds a delivered order: pays the customer the money back, after a person has confirmed.
 *
 * @param {string} args.orderId - Order number, such as A-1002.
 * @param {string} [args.reason] - Why the customer sends the order back.
 */
const refundDays = 30;
const order = require('lookup-order')({ orderId: args.orderId });

if (order.status === 'refunded') throw new Error(`Order ${order.id} has been refunded already.`);
if (order.status !== 'delivered') {
  throw new Error(`Order ${order.id} is ${order.status}, and only delivered orders can be refunded.`);
}
if (order.daysSinceDelivery > refundDays) {
  throw new Error(
    `Order ${order.id} was delivered ${order.daysSinceDelivery} days ago; refunds end after ${refundDays} days.`,
  );
}

const amount = order.total;
if (!confirm(`Refund order ${order.id} (${amount.toFixed(2)} €) to ${order.customer}?`)) {
  return { refunded: false, orderId: order.id, amount: 0, message: 'Nobody was paid: the refund was not confirmed.' };
}

data.refunds = (data.refunds || []).concat({ orderId: order.id, amount, reason: args.reason || 'not given' });
log(`Refunded ${amount.toFixed(2)} € for order ${order.id}`);
return {
  refunded: true,
  orderId: order.id,
  amount,
  message: `${amount.toFixed(2)} € go back to ${order.customer} within three working days.`,
};
