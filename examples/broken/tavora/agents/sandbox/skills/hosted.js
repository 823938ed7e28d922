// hosted-engine: Object.groupBy runs here, but not on the hosted service.
return Object.groupBy(args.orders, (order) => order.status);
