// sandbox-no-node: there is no file system.
const fs = require('node:fs');
return fs.readFileSync(args.path, 'utf8');
