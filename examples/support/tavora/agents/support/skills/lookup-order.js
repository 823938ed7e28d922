/**
 * @typedef {object} Order
 * @property {string} message - Where the order is, in one sentence.
 * @property {string} id - Order number, such as A-1001.
 * @property {string} customer - First name of the customer.
 * @property {string[]} items - What was ordered.
 * @property {number} total - Price of the whole order in euros.
 * @property {'processing' | 'shipped' | 'delivered' | 'refunded'} status - Where the order is.
 * @property {string} carrier - Who carries the parcel.
 * @property {string} tracking - Tracking number of the parcel.
 * @property {string} expected - Expected day of delivery.
 * @property {number} daysSinceDelivery - Full days since the parcel arrived.
 */

/** @type {Record<string, Omit<Order, 'message'>>} */
const orders = {
  'A-1001': {
    id: 'A-1001',
    customer: 'Mira',
    items: ['Rain jacket, size M'],
    total: 89.9,
    status: 'shipped',
    carrier: 'Nordpost',
    tracking: 'NP-558201',
    expected: 'Friday',
  },
  'A-1002': {
    id: 'A-1002',
    customer: 'Jonas',
    items: ['Wool socks, three pairs', 'Cap'],
    total: 41.5,
    status: 'delivered',
    daysSinceDelivery: 6,
  },
  'A-1003': {
    id: 'A-1003',
    customer: 'Aylin',
    items: ['Hiking boots, size 39'],
    total: 149,
    status: 'delivered',
    daysSinceDelivery: 74,
  },
  'A-1004': { id: 'A-1004', customer: 'Tom', items: ['Tent for two'], total: 219, status: 'refunded' },
  'A-1005': { id: 'A-1005', customer: 'Lena', items: ['Head lamp'], total: 34.9, status: 'processing' },
};

/**
 * Looks up an order by its number and tells where it is: the status, the items, the total, and for a parcel on
 * its way the carrier, the tracking number and the expected delivery.
 *
 * @param {object} args
 * @param {string} args.orderId - Order number, such as A-1001.
 * @returns {Order}
 */
module.exports = function lookupOrder(args) {
  const id = String(args.orderId || '').trim().toUpperCase();
  if (!id) throw new Error('Which order? Give the order number, such as A-1001.');
  const order = orders[id];
  if (!order) throw new Error(`There is no order ${id}. Order numbers look like A-1001.`);
  return Object.assign({ message: `Order ${order.id} ${whereIs(order)}.` }, order);
};

/** Says where an order is, as the end of a sentence. */
function whereIs(order) {
  switch (order.status) {
    case 'processing':
      return 'is being packed';
    case 'shipped':
      return `is on its way with ${order.carrier}, tracking number ${order.tracking}, expected on ${order.expected}`;
    case 'delivered':
      return `was delivered ${order.daysSinceDelivery} days ago`;
    default:
      return 'has been refunded';
  }
}
