// sandbox-missing-global: secrets stay in the vault, and there is no environment.
const key = process.env.API_KEY;
return { length: key.length };
