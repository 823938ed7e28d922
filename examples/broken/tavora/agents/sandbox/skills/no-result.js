// skill-no-result: the sum is made and then dropped.
const sum = args.prices.reduce((total, price) => total + price, 0);
log(sum);
