interface RefundArgs {
  /** Order number, such as A-1002. */
  orderId: string;
  /** Why the customer sends the order back. */
  reason?: string;
}

interface Refund {
  refunded: boolean;
  orderId: string;
  /** Euros paid back; 0 when nothing was. */
  amount: number;
  message: string;
}

/** Refunds a delivered order: pays the customer the money back, after a person has confirmed. */
export default function refundOrder(args: RefundArgs): Refund;
