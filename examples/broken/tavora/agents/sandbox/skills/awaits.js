// sandbox-no-await: primitives answer at once.
const order = await require('orders')(args);
return order;
