// skill-arguments: rate documents "orderId" and "stars".
return require('rate')({ orderID: args.id, stars: 'five' });
