// unknown-require: the agent has "hosted" and others, but no "costumers".
const customers = require('costumers');
return customers(args);
